import { describe, expect, it } from 'vitest';
import { shaOf } from '../../../../../test/builders/audit-report.ts';
import {
  anAuditPlan,
  aReleaseAsServicesShowIt,
  createAuditServices,
} from '../../../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../../../test/doubles/memory-files.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import { silentLog } from '../../../../kernel/log.ts';
import { replayAudit, runAudit } from '../../run-audit.ts';

const PUSH = shaOf(9);
const DIFFS = 'gitlab GET projects/7/merge_requests/1/diffs';
const PUSHED = `gitlab GET projects/7/repository/commits/${PUSH}/diff`;

/** The release of one merge request, and a commit that was pushed on top of it. */
function answers(mergeRequest: unknown, push: unknown): Record<string, unknown> {
  const all = aReleaseAsServicesShowIt();
  const commits = all['gitlab GET projects/7/repository/commits'] as Record<string, unknown>[];
  const [merge] = commits;
  const pushed = { ...merge, id: PUSH, parent_ids: [shaOf(3)], title: 'Tidy up', message: 'Tidy up' };
  return {
    ...all,
    'gitlab GET projects/7/repository/commits/main': pushed,
    'gitlab GET projects/7/repository/commits': [pushed, ...commits],
    [`gitlab GET projects/7/repository/commits/${PUSH}/merge_requests`]: [],
    [DIFFS]: mergeRequest,
    [PUSHED]: push,
  };
}

const files = (...names: string[]) => names.map((name) => ({ old_path: name, new_path: name, diff: '@@' }));

async function audit(given: Record<string, unknown>, paths: string[]) {
  const asked: string[] = [];
  const [repository] = anAuditPlan().repositories;
  const plan = anAuditPlan({ repositories: repository ? [{ ...repository, paths }] : [] });
  const deps = {
    evidence: { files: createMemoryFiles(), place: 'evidence' },
    fetch: createAuditServices(given, asked),
    siteUrl: 'https://jira.example',
    toolVersion: '0.1.0',
    clock: createManualClock(Date.UTC(2026, 10, 28, 12)),
    log: silentLog,
    writeWorkbook: async () => new Uint8Array(),
  };
  const { report } = await runAudit(plan, deps);
  expect((await replayAudit({ fixVersion: '2.4.0' }, deps)).report).toEqual(report);
  return { report, asked };
}

const shop = files('services/shop/a.ts');
const other = files('services/pay/b.ts');

describe('the paths of a binding', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['both touch them', shop, shop, ['group/app!1', `group/app@${PUSH}`]],
    ['the push touches none', shop, other, ['group/app!1']],
    ['the merge request touches none', other, shop, [`group/app@${PUSH}`]],
    ['a file was moved away', [{ old_path: 'services/shop/a.ts', new_path: 'b.ts' }], other, ['group/app!1']],
    ['neither touches them', other, other, []],
  ])('decide what is of the release: %s', async (_, mergeRequest, push, expected) => {
    const { report } = await audit(answers(mergeRequest, push), ['services/shop/**']);
    const inScope = report.changes.filter((one) => one.inScope);
    expect(inScope.map(({ id }) => id).sort()).toEqual(expected);
    const judged = report.findings.filter(({ subject }) => subject.kind === 'change').map(({ subject }) => subject.id);
    expect(expected).toEqual(expect.arrayContaining([...new Set(judged)]));
    const { counts, calls, calls_floor } = report.summary;
    expect(counts).toMatchObject({ commits: 3, mergeRequests: 1, directPushes: 1 });
    expect(counts.mergeRequestsOutOfScope + counts.directPushesOutOfScope).toBe(2 - expected.length);
    expect(counts.commitsOutOfScope).toBe(report.commits.filter((one) => !one.inScope).length);
    expect(calls).toEqual(calls_floor);
  });

  it('leave a change in the release that has so many files that GitLab shows not all of them', async () => {
    const many = files(...Array.from({ length: 1000 }, (_, number) => `x${number}`));
    const { report } = await audit(answers(many, many), ['services/shop']);
    expect(report.changes.map(({ inScope }) => inScope)).toEqual([true, true]);
  });

  it('ask for no file where the binding names none', async () => {
    const { report, asked } = await audit(answers(other, other), []);
    expect(asked.filter((name) => /diffs?$/.test(name))).toEqual([]);
    expect(report.changes.map(({ inScope }) => inScope)).toEqual([true, true]);
    expect(report.summary.counts).toMatchObject({ commitsOutOfScope: 0, mergeRequestsOutOfScope: 0 });
  });

  it('leave a change in the release whose files may not be read, and the audit incomplete', async () => {
    const { report } = await audit(answers(new TaskError('gitlab-forbidden'), other), ['services/shop']);
    expect(report.changes.filter((one) => one.inScope).map(({ id }) => id)).toEqual(['group/app!1']);
    expect(report.gaps).toMatchObject([{ reason: 'forbidden', subject: 'group/app!1' }]);
    expect(report.summary.calls).toEqual(report.summary.calls_floor);
  });
});
