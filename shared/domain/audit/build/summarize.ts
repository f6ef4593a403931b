import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import type { FindingRule } from '../catalogue/finding-rules.ts';
import { FINDING_RULE_IDS } from '../catalogue/finding-rules.ts';
import type { AuditFacts } from '../facts/audit-facts.ts';
import { toUtc } from '../facts/instant.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportStory } from '../report/story.ts';
import type { AuditSummary, Coverage, ReportRange } from '../report/summary.ts';

/** What the summary says that no list of the report does. */
export interface SummaryFacts extends Pick<AuditFacts, 'request' | 'calls' | 'callsFloor'> {
  ranges: ReportRange[];
}

/** The summary of a report whose lists are complete. */
export function summarize(
  report: Omit<AuditReport, 'summary'>,
  { request, calls, callsFloor, ranges }: SummaryFacts,
): AuditSummary {
  const counting = report.findings.filter((finding) => finding.waived === null);
  return {
    schema: 'cmap.audit-summary.v1',
    fixVersion: request.fixVersion,
    projects: [...request.projects].sort(),
    environment: request.environment,
    scope: request.scope,
    auditedAt: toUtc(request.now),
    toolVersion: request.toolVersion,
    policySha256: sha256(canonicalJson([report.policy, report.repositoryPolicies])),
    result: report.gaps.length > 0 ? 'incomplete' : counting.length > 0 ? 'findings' : 'clean',
    coverage: coverageOf(report.stories),
    counts: countsOf(report, counting),
    findingsBySeverity: {
      high: counting.filter((finding) => finding.severity === 'high').length,
      medium: counting.filter((finding) => finding.severity === 'medium').length,
      low: counting.filter((finding) => finding.severity === 'low').length,
    },
    findingsByRule: byRule(counting),
    ranges,
    calls,
    calls_floor: callsFloor,
  };
}

function coverageOf(stories: readonly ReportStory[]): Coverage {
  const need = stories.filter((story) => story.needsCode);
  const withNetCode = need.filter((story) => story.coverage !== 'none').length;
  const ratio = need.length === 0 ? null : Math.round((withNetCode / need.length) * 10_000) / 10_000;
  return { withNetCode, needCode: need.length, ratio };
}

function countsOf(report: Omit<AuditReport, 'summary'>, counting: readonly Finding[]): AuditSummary['counts'] {
  const { stories, commits, changes, findings } = report;
  const withoutTicket = findings.filter((finding) => finding.rule === 'commit-without-ticket');
  return {
    stories: stories.length,
    storiesWithoutCode: stories.filter((story) => story.needsCode && story.coverage === 'none').length,
    commits: commits.length,
    commitsOutOfScope: commits.filter((commit) => !commit.inScope).length,
    mergeRequestsOutOfScope: changes.filter(({ kind, inScope }) => kind === 'merge-request' && !inScope).length,
    directPushesOutOfScope: changes.filter(({ kind, inScope }) => kind === 'direct-push' && !inScope).length,
    mergeRequests: changes.filter((change) => change.kind === 'merge-request').length,
    directPushes: changes.filter((change) => change.kind === 'direct-push').length,
    changesWithoutTicket: withoutTicket.length,
    agentChanges: changes.filter((change) => change.agent !== null).length,
    links: report.links.length,
    findings: counting.length,
    findingsWaived: findings.length - counting.length,
    waivers: report.waivers.length,
    gaps: report.gaps.length,
  };
}

function byRule(findings: readonly Finding[]): Partial<Record<FindingRule, number>> {
  const counts = Map.groupBy(findings, (finding) => finding.rule);
  return Object.fromEntries(
    FINDING_RULE_IDS.flatMap((rule) => (counts.has(rule) ? [[rule, counts.get(rule)?.length ?? 0]] : [])),
  );
}
