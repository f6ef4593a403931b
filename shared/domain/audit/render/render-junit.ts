import type { AuditReport } from '../report/audit-report.ts';
import type { Finding } from '../report/finding.ts';
import { escapeXml } from './escape-xml.ts';

interface Suite {
  name: string;
  cases: readonly { name: string; findings: readonly string[] }[];
}

/**
 * The report as JUnit XML, as GitLab shows it in a merge request or pipeline: one case an issue and a change. A case
 * with findings that count fails, one with waived ones only is skipped with the reason, and what could not be seen is
 * an error. Format: https://docs.gitlab.com/ci/testing/unit_test_reports/
 */
export function renderJunit(report: AuditReport): string {
  const findings = new Map(report.findings.map((finding) => [finding.id, finding]));
  const others = report.findings.filter(({ subject }) => !['issue', 'change', 'gap'].includes(subject.kind));
  const suites: Suite[] = [
    { name: 'stories', cases: report.stories.map(({ key, findings }) => ({ name: key, findings })) },
    { name: 'changes', cases: report.changes.map(({ id, findings }) => ({ name: id, findings })) },
    {
      name: 'audit',
      cases: others.map(({ id, subject, rule }) => ({ name: `${subject.id} ${rule}`, findings: [id] })),
    },
  ];
  const bodies = suites.map((suite) => renderSuite(suite, findings));
  const gaps = renderGaps(report);
  const name = escapeXml(`cmap audit ${report.summary.fixVersion}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}">\n${[...bodies, gaps].join('')}</testsuites>\n`;
}

function renderSuite({ name, cases }: Suite, findings: ReadonlyMap<string, Finding>): string {
  let failures = 0;
  let skipped = 0;
  const lines = cases.map((test) => {
    const own = test.findings.flatMap((id) => findings.get(id) ?? []);
    const open = own.filter(({ waived }) => waived === null);
    const start = `    <testcase classname="${name}" name="${escapeXml(test.name)}"`;
    if (open.length > 0) {
      failures += 1;
      const message = open.map(({ rule }) => rule).join(', ');
      const text = open.map(({ severity, rule, detail, next }) => `${severity}: ${rule}: ${detail} ${next}`).join('\n');
      return `${start}>\n      <failure message="${escapeXml(message)}">${escapeXml(text)}</failure>\n    </testcase>\n`;
    }
    if (own.length > 0) {
      skipped += 1;
      const message = own.map(({ rule, waived }) => `${rule} waived: ${waived?.reason ?? ''}`).join('; ');
      return `${start}>\n      <skipped message="${escapeXml(message)}"/>\n    </testcase>\n`;
    }
    return `${start}/>\n`;
  });
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return `  <testsuite name="${name}" ${counts}>\n${lines.join('')}  </testsuite>\n`;
}

function renderGaps({ gaps }: AuditReport): string {
  const lines = gaps.map(({ subject, reason, detail, next }) => {
    const text = escapeXml(`${detail}${next === null ? '' : ` ${next}`}`);
    return `    <testcase classname="completeness" name="${escapeXml(subject)}">\n      <error message="${escapeXml(reason)}">${text}</error>\n    </testcase>\n`;
  });
  const seen =
    gaps.length === 0 ? '    <testcase classname="completeness" name="everything was seen"/>\n' : lines.join('');
  const tests = Math.max(1, gaps.length);
  return `  <testsuite name="completeness" tests="${tests}" failures="0" errors="${gaps.length}" skipped="0">\n${seen}  </testsuite>\n`;
}
