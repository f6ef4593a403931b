import { formatTable } from '../../cli/output/format-table.ts';
import { describeDuration } from '../../shared/domain/messages/describe-duration.ts';
import type { DemoReport } from './collect-report.ts';
import { subjectOf } from './subject-of.ts';

/** The end of the demo for people: one line per run that led to a merge request, and where to look. */
export function formatSummary(report: DemoReport): string {
  const rows = report.runs.map((run) => {
    const { result } = run;
    const tokens = (result?.usage?.inputTokens ?? 0) + (result?.usage?.outputTokens ?? 0);
    return [
      subjectOf(run.taskId),
      run.kind,
      run.state,
      result?.branch ?? '',
      result?.commitSha?.slice(0, 8) ?? '',
      result?.mergeRequestIid === undefined ? '' : `!${result.mergeRequestIid}`,
      describeDuration(run.durationMs),
      tokens === 0 ? '' : tokens.toLocaleString('en-US'),
    ];
  });
  const table = formatTable(['WHAT', 'KIND', 'STATE', 'BRANCH', 'COMMIT', 'MR', 'TIME', 'TOKENS'], rows, {
    color: false,
    columns: 80,
    cut: ['BRANCH'],
  });
  const issues = report.issues.map(({ key, summary, status }) => `${key}  ${status}  ${summary}`);
  return [
    table,
    '',
    ...issues,
    '',
    `${report.jira.transitions.length} transitions, ${report.jira.comments.length} comments in Jira; ` +
      `${report.calls.gitlab} calls to GitLab, ${report.calls.jira} to Jira.`,
  ].join('\n');
}
