import { expect, it } from 'vitest';
import { anAuditPlan } from '../../../test/builders/audit-services.ts';
import { createLargeServices, LARGE, type LargeOptions } from '../../../test/builders/large-release.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../test/doubles/memory-files.ts';
import { silentLog } from '../../kernel/log.ts';
import { runAudit } from './run-audit.ts';

async function auditLarge(options: LargeOptions = {}, deep = false) {
  const { report } = await runAudit(anAuditPlan({ environment: 'production', deep }), {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch: createLargeServices(options),
    siteUrl: 'https://jira.example',
    toolVersion: '0.1.0',
    clock: createManualClock(Date.UTC(2026, 10, 28, 12)),
    log: silentLog,
    writeWorkbook: async () => new Uint8Array(),
  });
  return report;
}

it('reads 1,000 commits, 300 merge requests, 500 issues and 150 further keys with 55 calls to GitLab and 15 to Jira', async () => {
  const { summary, gaps, changes } = await auditLarge();
  expect(gaps).toEqual([]);
  expect(summary.counts).toMatchObject({ commits: 1000, mergeRequests: 300, directPushes: 20, stories: LARGE.issues });
  expect(summary.calls).toEqual(summary.calls_floor);
  expect(summary.calls.gitlab).toBeLessThanOrEqual(55);
  expect(summary.calls.jira).toBeLessThanOrEqual(15);
  // The default policy: an approval counts only after the last commit, so all of their times are known.
  const times = changes.flatMap(({ approvals }) =>
    approvals === 'not-known' ? approvals : approvals.map(({ at }) => at),
  );
  expect(times).toEqual(Array.from({ length: LARGE.mergeRequests }, () => '2026-11-20T10:00:00.000Z'));
});

it.each<{ name: string; options: LargeOptions; deep?: boolean; more: number }>([
  {
    name: 'so soon after the last commit that a late event could hide an older one',
    options: { approvedAfterMinutes: 10 },
    more: LARGE.mergeRequests,
  },
  {
    name: 'not listed, because GitLab does not show the events',
    options: { eventsForbidden: true },
    more: LARGE.mergeRequests - 2,
  },
  {
    name: 'asked for with --deep, as the pushes of its branch are',
    options: {},
    deep: true,
    more: 2 * LARGE.mergeRequests,
  },
])('asks for each approval that is $name', async ({ options, deep, more }) => {
  const [listed, { summary, gaps }] = [await auditLarge(), await auditLarge(options, deep)];
  expect(summary.calls.gitlab).toBe(listed.summary.calls.gitlab + more);
  expect(summary.calls).toEqual(summary.calls_floor);
  expect([summary.findingsByRule, gaps]).toEqual([listed.summary.findingsByRule, listed.gaps]);
});
