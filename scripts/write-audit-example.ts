import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { createReleasePlan, RELEASE_POLICY } from '../sandbox/audit/release-plan.ts';
import { startRelease } from '../sandbox/audit/start-release.ts';
import { createDirectoryFiles } from '../shared/adapters/evidence/directory-files.ts';
import { writeWorkbook } from '../shared/adapters/workbook/write-workbook.ts';
import { silentLog } from '../shared/kernel/log.ts';
import { runAudit } from '../shared/services/audit/run-audit.ts';

const folder = path.resolve(import.meta.dirname, '../examples/audit');
const evidence = path.join(folder, 'evidence');

/**
 * Writes `examples/audit`: plays a small release in the sandbox services, audits it with the product's own clients, and
 * keeps the evidence. Moments, people and addresses are fixed, so that the same program writes the same evidence.
 */
await rm(evidence, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const release = await startRelease();
try {
  const { report } = await runAudit(createReleasePlan(), {
    evidence: { files: createDirectoryFiles(evidence), place: 'examples/audit/evidence' },
    fetch: release.fetch,
    siteUrl: release.siteUrl,
    clock: release.clock,
    log: silentLog,
    toolVersion: packageJson.version,
    writeWorkbook,
  });
  const policy = `# The rules the example was audited with: the defaults, and one exception that a person accepted.\n${stringify(RELEASE_POLICY)}`;
  await writeFile(path.join(folder, 'policy.yaml'), policy);
  const { result, calls, calls_floor: floor } = report.summary;
  const findings = report.findings.map(
    ({ severity, rule, subject, waived }) => `${severity} ${rule} ${subject.id}${waived ? ' (waived)' : ''}`,
  );
  process.stdout.write(
    `${[result, JSON.stringify({ calls, floor }), ...findings, ...report.gaps.map((gap) => `gap ${JSON.stringify(gap)}`)].join('\n')}\n`,
  );
} finally {
  await release.close();
}
