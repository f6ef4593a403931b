import { FINDING_RULES } from '../../../shared/domain/audit/catalogue/finding-rules.ts';
import { describeResult } from '../../../shared/domain/audit/render/describe-result.ts';
import type { AuditReport } from '../../../shared/domain/audit/report/audit-report.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';

/** More of them are in the page. */
const MAX_LINES = 15;

/**
 * The audit as a person reads it in a terminal: result, figures, the findings that count, and where the page is.
 * `program` is how the reader starts the command line.
 */
export function formatAudit(
  report: AuditReport,
  written: readonly string[],
  { program = 'cmap', columns }: { program?: string; columns?: number | undefined } = {},
): string {
  const { summary } = report;
  const { counts, coverage } = summary;
  const open = report.findings.filter(({ waived }) => waived === null);
  const ratio =
    coverage.ratio === null
      ? 'no story needs code'
      : `${coverage.withNetCode} of ${coverage.needCode} (${Math.floor(coverage.ratio * 100)} %)`;
  const page = written.find((file) => file.endsWith('audit.html'));
  return [
    `Release ${oneLine(summary.fixVersion)}: ${describeResult(summary)}`,
    '',
    `  stories with code    ${ratio}, ${countOf(counts.stories, 'story').replace('storys', 'stories')} in all`,
    `  changes              ${countOf(counts.mergeRequests, 'merge request')}, ${counts.directPushes} pushed directly, ${counts.changesWithoutTicket} without ticket`,
    `  commits              ${counts.commits}`,
    ...outside(report),
    `  written by the agent ${counts.agentChanges}`,
    `  waived findings      ${counts.findingsWaived}`,
    `  read                 ${countOf(summary.calls.gitlab, 'call')} to GitLab, ${summary.calls.jira} to Jira`,
    ...ranges(report),
    ...(open.length === 0
      ? []
      : [
          '',
          formatTable(
            ['SEVERITY', 'SUBJECT', 'FINDING'],
            open
              .slice(0, MAX_LINES)
              .map(({ severity, subject, rule }) => [
                severity,
                shortenSha(oneLine(subject.id)),
                FINDING_RULES[rule].title,
              ]),
            { color: false, columns, cut: ['SUBJECT'] },
          ),
        ]),
    ...(open.length > MAX_LINES ? [`${countOf(open.length - MAX_LINES, 'more finding')} in the page`] : []),
    ...gaps(report),
    ...(page === undefined ? [] : ['', `${page} shows all of it; ${program} audit show KEY says why one item is red.`]),
  ].join('\n');
}

/** `group/app@0123456789abcdef...` as people write commits, and as `audit show` finds them. */
function shortenSha(subject: string): string {
  return subject.replace(/@([0-9a-f]{8})[0-9a-f]{32}$/, '@$1');
}

function ranges({ summary }: AuditReport): string[] {
  return summary.ranges.map(({ repository, fromRef, fromSha, toRef, toSha }) =>
    `  ${repository}: ${fromRef} ${fromSha?.slice(0, 8) ?? ''}..${toRef} ${toSha.slice(0, 8)}`.replaceAll(
      / +\.\./g,
      '..',
    ),
  );
}

/** What touches none of the paths of its binding is not judged, and never left out without a word. */
function outside({ summary: { counts } }: AuditReport): string[] {
  const { commitsOutOfScope: commits, mergeRequestsOutOfScope: requests, directPushesOutOfScope: pushes } = counts;
  if (commits === 0) return [];
  return [
    `  outside the paths    ${countOf(commits, 'commit')}, ${countOf(requests, 'merge request')} and ${pushes} pushed directly: not of this release`,
  ];
}

function gaps(report: AuditReport): string[] {
  if (report.gaps.length === 0) return [];
  const lines = report.gaps.map(
    ({ subject, detail, next }) =>
      `  ${oneLine(subject)}: ${oneLine(detail)}${next === null ? '' : ` ${oneLine(next)}`}`,
  );
  return ['', 'Not everything could be seen:', ...lines];
}
