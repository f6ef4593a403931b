import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import type { FindingRule } from '../catalogue/finding-rules.ts';
import type { LinkedChange } from '../links/linked-change.ts';
import { nameOf } from '../people/same-person.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportStory } from '../report/story.ts';
import type { StoryCoverage } from '../stories/story-coverage.ts';

/** Findings that say that a story has no code here; accepting one of them says that it needs none. */
const CODE_RULES: ReadonlySet<FindingRule> = new Set([
  'issue-without-code',
  'issue-only-open-mr',
  'issue-merged-elsewhere',
  'issue-in-earlier-release',
  'reverted-but-claimed',
]);

/** The row of a story. Its coverage is decided here, since a waiver can take it out of what needs code. */
export function reportStory(story: StoryCoverage, findings: readonly Finding[]): ReportStory {
  const { issue } = story;
  const waived = findings.find((finding) => CODE_RULES.has(finding.rule) && finding.waived !== null)?.waived;
  const noCodeReason = story.noCodeReason ?? waived?.reason ?? null;
  return {
    key: issue.key,
    project: issue.project,
    summary: issue.summary,
    type: issue.type,
    subtask: issue.subtask,
    parent: issue.parent,
    status: issue.status,
    statusCategory: issue.statusCategory,
    resolution: issue.resolution,
    assignee: issue.assignee === null ? null : displayName(issue.assignee),
    labels: [...issue.labels].sort(),
    components: [...issue.components].sort(),
    fixVersions: issue.fixVersions.map((version) => version.name).sort(),
    needsCode: noCodeReason === null,
    noCodeReason,
    coverage: story.coverage === 'none' && noCodeReason !== null ? 'no-code-needed' : story.coverage,
    coveredBy: story.coveredBy,
    changes: ids(story.changes),
    mentions: ids(story.mentions),
    findings: findings.map((finding) => finding.id),
    url: issue.url,
    sources: [issue.source],
  };
}

/** People are known by name in Jira, and by username in GitLab. */
function displayName(person: Parameters<typeof nameOf>[0]): string {
  return person.name === 'not-known' ? nameOf(person) : person.name;
}

function ids(changes: readonly LinkedChange[]): string[] {
  return uniqueNames(changes.map((change) => change.id));
}
