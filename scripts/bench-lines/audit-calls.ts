import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { runAudit } from '../../shared/services/audit/run-audit.ts';
import { anAuditPlan } from '../../test/builders/audit-services.ts';
import { createLargeServices } from '../../test/builders/large-release.ts';
import { createMemoryFiles } from '../../test/doubles/memory-files.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';

/**
 * Calls for 1,000 commits, 300 merge requests, 500 issues and 150 further keys, against the fewest that can read them.
 */
export async function benchAuditCalls(): Promise<BenchLine> {
  const { report } = await runAudit(anAuditPlan({ environment: 'production' }), {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch: createLargeServices(),
    siteUrl: 'https://jira.example.com',
    toolVersion: '0.1.0',
    clock: systemClock,
    log: silentLog,
    writeWorkbook: async () => new Uint8Array(),
  });
  const { calls, calls_floor: floor } = report.summary;
  const [fewest, ours] = [floor.gitlab + floor.jira, calls.gitlab + calls.jira];
  return {
    name: 'audit of 1,000 commits, calls',
    unit: 'calls',
    floor: fewest,
    ours,
    ratio: ours / fewest,
    limit: 1,
    note: `${calls.gitlab} to GitLab (at most 55), ${calls.jira} to Jira (at most 15), default policy`,
  };
}
