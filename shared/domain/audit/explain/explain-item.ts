import type { AuditReport } from '../report/audit-report.ts';
import type { ReportChange } from '../report/change.ts';
import type { ReportCommit } from '../report/commit.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportLink } from '../report/link.ts';
import type { ReportStory } from '../report/story.ts';

interface Explained {
  findings: Finding[];
  links: ReportLink[];
  changes: ReportChange[];
  /** Where the facts were read. */
  sources: AuditReport['sources'];
}

/** Everything a report says about one issue, change or commit. */
export type Explanation =
  | ({ kind: 'issue'; key: string; story: ReportStory | null } & Explained)
  | ({ kind: 'change'; change: ReportChange } & Explained)
  | ({ kind: 'commit'; commit: ReportCommit } & Explained)
  | { kind: 'ambiguous'; matches: string[] }
  | { kind: 'unknown' };

/**
 * Explains `PROJ-1`, `group/app!12`, `!12`, or the first digits of a SHA (seven at least), also as `group/app@SHA`. A
 * name that fits several rows is ambiguous and lists them.
 */
export function explainItem(report: AuditReport, item: string): Explanation {
  const name = item.trim();
  const key = name.toUpperCase();
  const story = report.stories.find((one) => one.key === key);
  const links = report.links.filter((one) => one.key === key || one.written === key);
  if (story || links.length > 0) return explainIssue(report, story?.key ?? links[0]?.key ?? key, story);

  // A push without a merge request is named like its commit.
  const named = report.changes.find((one) => one.id === name);
  if (named) return { kind: 'change', change: named, ...about(report, [named]) };
  const changes = report.changes.filter((one) => name.startsWith('!') && one.id.endsWith(name));
  const commits = findCommits(report, name);
  const [change] = changes;
  const [commit] = commits;
  if (changes.length + commits.length > 1)
    return {
      kind: 'ambiguous',
      matches: [...changes.map((one) => one.id), ...commits.map((one) => `${one.repository}@${one.sha}`)],
    };
  if (change) return { kind: 'change', change, ...about(report, [change]) };
  if (commit)
    return {
      kind: 'commit',
      commit,
      ...about(
        report,
        report.changes.filter((one) => one.id === commit.change),
        [commit.source],
      ),
    };
  return { kind: 'unknown' };
}

/** By the first digits of a SHA, also behind the repository. */
function findCommits({ commits }: AuditReport, name: string): ReportCommit[] {
  const { repository, sha } = /^(?:(?<repository>.+)@)?(?<sha>[0-9a-f]{7,64})$/i.exec(name)?.groups ?? {};
  if (sha === undefined) return [];
  return commits.filter(
    (one) => one.sha.startsWith(sha.toLowerCase()) && (repository === undefined || one.repository === repository),
  );
}

function explainIssue(report: AuditReport, key: string, story: ReportStory | undefined): Explanation {
  const links = report.links.filter((one) => one.key === key);
  const linked = new Set(links.map((one) => one.change));
  const changes = report.changes.filter((one) => linked.has(one.id));
  const findings = report.findings.filter((one) => one.subject.id === key || one.related.includes(key));
  const used = [
    ...(story?.sources ?? []),
    ...findings.flatMap((one) => one.sources),
    ...changes.flatMap((one) => one.sources),
  ];
  return { kind: 'issue', key, story: story ?? null, findings, links, changes, sources: sourcesOf(report, used) };
}

function about(report: AuditReport, changes: ReportChange[], more: readonly string[] = []): Explained {
  const ids = new Set(changes.map((one) => one.id));
  const findings = report.findings.filter((one) => ids.has(one.subject.id) || one.related.some((id) => ids.has(id)));
  const used = [...more, ...changes.flatMap((one) => one.sources), ...findings.flatMap((one) => one.sources)];
  const links = report.links.filter((one) => ids.has(one.change));
  return { findings, links, changes, sources: sourcesOf(report, used) };
}

function sourcesOf(report: AuditReport, used: readonly string[]): AuditReport['sources'] {
  const ids = new Set(used);
  return report.sources.filter((source) => ids.has(source.id));
}
