import { toUtc } from '../../../domain/audit/facts/instant.ts';
import type { WeeklyFacts } from '../../../domain/audit/weekly/weekly-facts.ts';
import type { Binding } from '../../../domain/mapping/binding.ts';
import type { AuditArchive } from '../../../domain/ports/audit-archive.ts';
import type { GitLab } from '../../../domain/ports/gitlab.ts';
import type { Jira } from '../../../domain/ports/jira.ts';
import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import { collectAudits } from './collect-audits.ts';
import { collectComments } from './collect-comments.ts';
import { collectIssues, describeSearch } from './collect-issues.ts';
import { collectMergeRequests } from './collect-merge-requests.ts';
import { collectRuns, type RunSources } from './collect-runs.ts';
import { createGaps } from './gaps.ts';
import type { Span } from './span.ts';

export interface WeeklyDeps {
  jira: Jira;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  /** Takes credentials out of what people wrote: the report is sent around. */
  mask: (text: string) => string;
  /** What the deployment keeps of its own work; absent where no storage account is set. Not all may read audits. */
  history?: (RunSources & { archive?: () => Promise<AuditArchive> }) | undefined;
}

/**
 * Everything a weekly report is made from: the issues of the bindings' projects, the comments that everyone may read,
 * the merge requests of their repositories, audits and runs. What cannot be seen is a gap and stops nothing else.
 */
export async function collectWeekly(
  bindings: readonly Binding[],
  span: Span,
  { jira, gitlabFor, mask, history }: WeeklyDeps,
): Promise<WeeklyFacts> {
  const projects = uniqueNames(bindings.flatMap(({ jiraProject }) => jiraProject ?? []));
  // The binding that stands first speaks for a repository of several.
  const repositories = new Map(bindings.toReversed().map((binding) => [binding.repo, binding]));
  const gaps = createGaps();
  const issues = await collectIssues(projects, span, { jira, gaps });
  const merges = await collectMergeRequests(repositories, span, { gitlabFor, gaps });
  const comments = await collectComments(issues, span, { jira, gaps });
  const runs = history ? await collectRuns({ projects, merges, issues }, span, { ...history, gaps }) : [];
  const archive = history?.archive;
  const audits = archive ? await collectAudits(projects, span, { archive, gaps }) : [];
  const paths = [...repositories.keys()].join(', ');
  return {
    since: toUtc(toIso(span.since)),
    until: toUtc(toIso(span.until)),
    issues: issues.map(({ issue, doneAt }) => ({
      key: issue.key,
      summary: mask(issue.summary),
      status: issue.status.name,
      statusCategory: issue.status.category,
      assignee: issue.assignee?.displayName ?? null,
      doneAt: doneAt === undefined ? null : toIso(doneAt),
      url: issue.url,
    })),
    comments: [...comments, ...merges.flatMap((one) => one.comments)].map((one) => ({ ...one, text: mask(one.text) })),
    artefacts: [...merges.flatMap((one) => one.artefacts), ...audits, ...runs].map((one) => ({
      ...one,
      title: mask(one.title),
    })),
    filters: {
      issues: describeSearch(projects, span),
      comments: `comments on issues of ${projects.join(', ')} and merge requests of ${paths}, without restricted ones and those of apps`,
      artefacts: `merged merge requests of ${paths}; ${describeHistory(projects, history)}`,
    },
    gaps: gaps.list(),
  };
}

function describeHistory(projects: readonly string[], history: WeeklyDeps['history']): string {
  if (!history) return 'no storage account is set, so audits and runs were not looked at';
  return history.archive
    ? `audits and runs of ${projects.join(', ')}`
    : `runs of ${projects.join(', ')}; audits were not looked at`;
}
