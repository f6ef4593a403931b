import type { AuditFacts } from '../facts/audit-facts.ts';
import type { IssueFacts } from '../facts/issue.ts';
import { changeLabel, isChangeLabel } from '../report/change-label.ts';
import type { ReportLink } from '../report/link.ts';

/** What a written key stands for today. */
export interface Ticket {
  /** Key today; the written one where Jira gave no other. */
  key: string;
  status: ReportLink['ticket'];
  moved: boolean;
  issue: IssueFacts | undefined;
}

export interface TicketIndex {
  /** Resolves a key as it was written. */
  resolve(written: string): Ticket;
  issue(key: string): IssueFacts | undefined;
  /** Keys of the tickets that were created for a change, by its id. */
  createdFor(changeId: string): string[];
  /** Whether the issue itself is in the audited version. */
  inVersion(issue: IssueFacts): boolean;
}

/** Answers what Jira said about a key: its issue, moved, unknown, forbidden, of another project, or nothing yet. */
export function createTicketIndex(facts: Pick<AuditFacts, 'request' | 'issues' | 'lookups' | 'versions'>): TicketIndex {
  const issues = new Map(facts.issues.map((issue) => [issue.key, issue]));
  const lookups = new Map(facts.lookups.map((lookup) => [lookup.key, lookup]));
  const versionIds = new Set(facts.versions.map((version) => version.id));
  const projects = new Set(facts.request.projects);

  const createdFor = new Map<string, string[]>();
  for (const { key, labels } of facts.issues)
    for (const label of labels.filter(isChangeLabel)) createdFor.set(label, [...(createdFor.get(label) ?? []), key]);

  const inVersion = (issue: IssueFacts) =>
    issue.fixVersions.some((version) => versionIds.has(version.id) || version.name === facts.request.fixVersion);
  const parentInVersion = (issue: IssueFacts) => {
    const parent = issue.subtask && issue.parent !== null ? issues.get(issue.parent) : undefined;
    return parent !== undefined && inVersion(parent);
  };
  const statusOf = (key: string): ReportLink['ticket'] => {
    const issue = issues.get(key);
    if (!projects.has(issue?.project ?? projectOf(key))) return 'other-project';
    if (issue) return inVersion(issue) || parentInVersion(issue) ? 'in-version' : 'not-in-version';
    const answer = lookups.get(key)?.answer;
    return answer === 'unknown' || answer === 'forbidden' ? answer : 'not-known';
  };
  return {
    resolve: (written) => {
      const lookup = issues.has(written) ? undefined : lookups.get(written);
      const key = lookup?.answer === 'moved' ? lookup.movedTo : written;
      return { key, status: statusOf(key), moved: key !== written, issue: issues.get(key) };
    },
    issue: (key) => issues.get(key),
    createdFor: (changeId) => createdFor.get(changeLabel(changeId)) ?? [],
    inVersion,
  };
}

/** `PROJ` of `PROJ-12`. */
export function projectOf(key: string): string {
  return key.slice(0, key.lastIndexOf('-'));
}
