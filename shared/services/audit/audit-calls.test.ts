import { expect, it } from 'vitest';
import { anAuditPlan } from '../../../test/builders/audit-services.ts';
import { createLargeServices, LARGE } from '../../../test/builders/large-release.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../test/doubles/memory-files.ts';
import { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import { silentLog } from '../../kernel/log.ts';
import { runAudit } from './run-audit.ts';

async function auditLarge(afterLastCommit: boolean) {
  const policy = AuditPolicy.parse({ approvals: { after_last_commit: afterLastCommit } });
  const { report } = await runAudit(anAuditPlan({ policy, environment: 'production' }), {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch: createLargeServices(),
    siteUrl: 'https://jira.example',
    toolVersion: '0.1.0',
    clock: createManualClock(Date.UTC(2026, 10, 28, 12)),
    log: silentLog,
    writeWorkbook: async () => new Uint8Array(),
  });
  return report;
}

it('reads 1,000 commits, 300 merge requests, 500 issues and 150 further keys with 55 calls to GitLab and 15 to Jira', async () => {
  const { summary, gaps } = await auditLarge(false);
  expect(gaps).toEqual([]);
  expect(summary.counts).toMatchObject({ commits: 1000, mergeRequests: 300, directPushes: 20, stories: LARGE.issues });
  expect(summary.calls).toEqual(summary.calls_floor);
  expect(summary.calls.gitlab).toBeLessThanOrEqual(55);
  expect(summary.calls.jira).toBeLessThanOrEqual(15);
});

it('asks once more for each merge request whose time of approval decides', async () => {
  const [without, withTimes] = [await auditLarge(false), await auditLarge(true)];
  expect(withTimes.summary.calls.gitlab).toBe(without.summary.calls.gitlab + LARGE.mergeRequests);
  expect(withTimes.summary.calls).toEqual(withTimes.summary.calls_floor);
});
