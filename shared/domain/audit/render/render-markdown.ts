import { codeSpan } from '../../../kernel/text/code-span.ts';
import { sanitizeInline } from '../../guard/sanitize-agent-text.ts';
import { FINDING_RULES } from '../catalogue/finding-rules.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { Finding } from '../report/finding.ts';
import { describeResult } from './describe-result.ts';

/** Enough for a note that people read; the rest is counted, and stands in the page. */
const MAX_FINDINGS = 20;

/**
 * The report as Markdown for a release or one note that is kept up to date. What other people wrote is neutral in it.
 */
export function renderMarkdown(report: AuditReport): string {
  const { summary } = report;
  const open = report.findings.filter(({ waived }) => waived === null);
  const waived = report.findings.length - open.length;
  const parts = [
    `## Release audit ${codeSpan(summary.fixVersion)}: ${describeResult(summary)}`,
    formatCounts(report),
    open.length === 0 ? 'No finding counts.' : formatFindings(open),
    ...(waived === 0
      ? []
      : [`${waived} ${waived === 1 ? 'finding is' : 'findings are'} waived by a person; see the report.`]),
    ...(report.gaps.length === 0 ? [] : [formatGaps(report)]),
    formatRanges(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function formatCounts({ summary: { counts, coverage } }: AuditReport): string {
  const ratio =
    coverage.ratio === null
      ? 'no story needs code'
      : `${coverage.withNetCode} of ${coverage.needCode} stories that need code have it (${Math.floor(coverage.ratio * 100)} %)`;
  return [
    '| Stories | Changes | Commits | Direct pushes | Agent-written | Without ticket |',
    '|---|---|---|---|---|---|',
    `| ${counts.stories} | ${counts.mergeRequests + counts.directPushes} | ${counts.commits} | ${counts.directPushes} | ${counts.agentChanges} | ${counts.changesWithoutTicket} |`,
    '',
    `Coverage: ${ratio}.`,
    ...(counts.commitsOutOfScope === 0
      ? []
      : [
          '',
          `Outside the paths of their binding, and not judged: ${counts.commitsOutOfScope} commits, ${counts.mergeRequestsOutOfScope} merge requests, ${counts.directPushesOutOfScope} direct pushes.`,
        ]),
  ].join('\n');
}

function formatFindings(open: readonly Finding[]): string {
  const rows = open
    .slice(0, MAX_FINDINGS)
    .map(
      ({ severity, rule, subject, detail }) =>
        `| ${severity} | ${codeSpan(subject.id)} | ${sanitizeInline(`${FINDING_RULES[rule].title} ${detail}`)} |`,
    );
  const rest = open.length - rows.length;
  return [
    '| Severity | Subject | Finding |',
    '|---|---|---|',
    ...rows,
    ...(rest > 0 ? ['', `${rest} more ${rest === 1 ? 'finding' : 'findings'} in the report.`] : []),
  ].join('\n');
}

function formatGaps({ gaps }: AuditReport): string {
  const lines = gaps.map(
    ({ subject, detail, next }) =>
      `- ${codeSpan(subject)}: ${sanitizeInline(detail)}${next === null ? '' : ` ${sanitizeInline(next)}`}`,
  );
  return ['**Not everything could be seen, so nothing here is a pass:**', '', ...lines].join('\n');
}

function formatRanges({ summary }: AuditReport): string {
  const lines = summary.ranges.map(
    ({ repository, branch, fromRef, fromSha, toRef, toSha, commits }) =>
      `- ${codeSpan(repository)} ${codeSpan(branch)}: ${codeSpan(fromRef)} (${fromSha?.slice(0, 12) ?? 'root'}) to ${codeSpan(toRef)} (${toSha.slice(0, 12)}), ${commits} ${commits === 1 ? 'commit' : 'commits'}`,
  );
  return [
    ...lines,
    '',
    `Audited ${summary.auditedAt} with cmap ${summary.toolVersion}, policy ${codeSpan(summary.policySha256.slice(0, 12))}.`,
  ].join('\n');
}
