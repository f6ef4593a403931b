import { canonicalJson } from '../../../kernel/canonical-json.ts';
import type { AuditReport } from '../report/audit-report.ts';

/**
 * The result as an in-toto statement about the audited commits, unsigned, ready for `cosign attest-blob`. Statement:
 * https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, predicate "test result":
 * https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md. An incomplete audit is `FAILED`:
 * what could not be seen is never a pass. `reportSha256` is the hash of `audit.json`.
 */
export function renderIntoto(report: AuditReport, reportSha256: string): string {
  const { summary, findings } = report;
  const open = findings.filter(({ waived }) => waived === null);
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: summary.ranges.map(({ repository, toRef, toSha }) => ({
      name: `${repository}@${toRef}`,
      digest: { gitCommit: toSha },
    })),
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result:
        summary.result === 'clean'
          ? 'PASSED'
          : open.some(isSerious) || summary.result === 'incomplete'
            ? 'FAILED'
            : 'WARNED',
      configuration: [
        { name: 'audit-policy', digest: { sha256: summary.policySha256 } },
        { name: 'audit.json', digest: { sha256: reportSha256 } },
      ],
      passedTests: [
        ...report.stories.map(({ key, findings: own }) => ({ name: key, own })),
        ...report.changes.map(({ id, findings: own }) => ({ name: id, own })),
      ]
        .filter(({ own }) => own.length === 0)
        .map(({ name }) => name),
      warnedTests: open.filter((finding) => !isSerious(finding)).map(({ id }) => id),
      failedTests: open.filter(isSerious).map(({ id }) => id),
    },
  });
}

function isSerious({ severity }: AuditReport['findings'][number]): boolean {
  return severity === 'high';
}
