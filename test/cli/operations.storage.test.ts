import { expect, it } from 'vitest';
import { activity } from '../../cli/commands/activity/activity.ts';
import { claimsExtend } from '../../cli/commands/claims/extend.ts';
import { claimsRelease } from '../../cli/commands/claims/release.ts';
import { ready } from '../../cli/commands/ready/ready.ts';
import { HOUR, MINUTE } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { useAzurite } from '../azurite.ts';
import { anIssue } from '../builders/jira.ts';
import { aCodingTask } from '../builders/tasks.ts';
import { createAzuriteFixture } from '../contracts/storage-fixture.ts';
import { createMemoryIO } from '../doubles/memory-io.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';

const lane = useAzurite();
const createFixture = createAzuriteFixture(lane);

async function createOperator() {
  const fixture = await createFixture();
  const { clock } = fixture;
  const issues = [anIssue({ key: 'PROJ-12' }), anIssue({ key: 'PROJ-13' })];
  const tools = {
    ...createMemoryTools({
      mappings: { PROJ: { repo: 'group/app' } },
      jira: {
        searchIssues: async () => ({ issues, unreadable: [], truncated: false }),
        findIssue: async (key) => issues.find((issue) => issue.key === key),
      },
    }),
    storage: async () => fixture,
  };
  const run = async (command: (io: ReturnType<typeof createMemoryIO>) => Promise<number>) => {
    const io = createMemoryIO({ clock });
    return { code: await command(io), stdout: io.stdout, stderr: io.stderr };
  };
  return {
    ...fixture,
    tools,
    run,
    clock,
    admit: () => admitTask(aCodingTask(), { ...fixture, log: silentLog }),
  };
}

it('a claim is taken, kept closed and given back on real tables', async () => {
  const { tools, run, clock, scopes, ledger, queue, admit } = await createOperator();
  const { runId } = await admit();
  const message = await queue.lease({ visibilityTimeoutSeconds: 180 });
  await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1, runner: 'r/1' });
  const taken = await scopes.take({ scope: 'issue~PROJ-12', runId, holder: 'r/1', leaseMs: 150_000 });
  if (taken.kind !== 'taken' || !message) throw new Error('not at work');
  const claim = 'PROJ-12';

  expect(await run((io) => claimsRelease({ claim, force: false, json: false }, io, tools))).toMatchObject({ code: 1 });
  expect((await run((io) => claimsExtend({ claim, for: HOUR, force: true, json: false }, io, tools))).code).toBe(0);
  expect(await scopes.renew(taken.lock, 150_000)).toBeUndefined();
  expect(await scopes.release(taken.lock)).toEqual([]);
  expect((await run((io) => claimsRelease({ claim, force: true, json: false }, io, tools))).code).toBe(1);
  await clock.advance(4 * MINUTE);
  const released = await run((io) => claimsRelease({ claim, force: false, json: true }, io, tools));
  expect(JSON.parse(released.stdout)).toMatchObject({ ok: true, action: 'released', resent: runId });
  expect(await scopes.list()).toEqual([]);
  expect(await queue.peek()).toMatchObject([{ runId }]);
  expect(await ledger.listEvents(runId)).toMatchObject([
    { name: 'planned' },
    { name: 'queued' },
    { name: 'running' },
    { name: 'planned', fields: { reason: 'claim-released' } },
    { name: 'queued' },
  ]);
});

it('ready and activity read real tables, with few requests and no writes', async () => {
  const { tools, run, clock, ledger, admit } = await createOperator();
  const { runId } = await admit();
  await ledger.append({ runId, at: clock.now(), name: 'cloned' });
  lane.proxy.resetCounts();

  const listed = await run((io) => ready({ json: false }, io, tools));
  expect(listed.stdout).toMatch(/1 ready, 1 not[\s\S]*PROJ-13 +yes[\s\S]*PROJ-12 +no +queued: run-/);
  const shown = await run((io) => activity({ follow: false, steps: false, json: false }, io, tools));
  expect(shown.stdout.split('\n').filter(Boolean)).toEqual([
    expect.stringContaining('planned'),
    expect.stringContaining('queued'),
    expect.stringContaining('cloned'),
  ]);
  // The generation, and where 0.1.0 kept it because no map was ever applied, the runs of both issues, the claims, and
  // the month of the deployment, which has its limits; then the open, the newest, that run with its history, and its
  // events.
  expect(lane.proxy.counts()).toEqual({ 'table:get': 6, 'table:query': 4 });
});
