import { SEVERITIES, type Severity } from './catalogue/finding-rules.ts';
import type { AuditReport } from './report/audit-report.ts';

/** Lowest severity that fails an audit; `none` lets every finding pass. */
export type FailOn = 'none' | Severity;

/**
 * Exit code of an audit: 3 when it could not see everything, whichever findings there are, 1 when a finding that is not
 * waived reaches `failOn`, else 0. (2, used wrongly, is decided before there is a report.)
 */
export function auditExitCode(report: Pick<AuditReport, 'gaps' | 'findings'>, failOn: FailOn = 'high'): 0 | 1 | 3 {
  if (report.gaps.length > 0 || report.findings.some((finding) => finding.rule === 'incomplete')) return 3;
  if (failOn === 'none') return 0;
  const from = SEVERITIES.indexOf(failOn);
  const failing = report.findings.filter(
    (finding) => finding.waived === null && SEVERITIES.indexOf(finding.severity) >= from,
  );
  return failing.length > 0 ? 1 : 0;
}
