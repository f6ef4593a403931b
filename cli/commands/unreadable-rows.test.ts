import { beforeEach, expect, it } from 'vitest';
import { buildTableKey } from '../../shared/adapters/storage/tables/table-key.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { corruptRun } from '../../test/doubles/corrupt-run.ts';
import { createMemoryIO, type MemoryIO } from '../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createRowLog } from '../clients/row-log.ts';
import { activity } from './activity/activity.ts';
import { createBoard } from './board/read/board.ts';
import { listRuns } from './board/read/list-runs.ts';
import { readMonthCost } from './board/read/read-cost.ts';
import { readFilters } from './board/read/run-filters.ts';
import { createRunsWatch } from './board/read/watch-runs.ts';
import { claimsLs } from './claims/ls.ts';
import { explain } from './explain/explain.ts';
import { RunLsOptions, runLs } from './run/ls.ts';
import { runRetry } from './run/retry.ts';
import { runShow } from './run/show.ts';

const clock = createSteppedClock();
let storage: MemoryStorage;
let io: MemoryIO;

/** Of the three runs of PROJ-12 the newest cannot be read, nor can a claim and an event of the second run. */
beforeEach(async () => {
  clock.time = Date.UTC(2026, 0, 31, 10);
  io = createMemoryIO({ clock });
  storage = createMemoryStorage({ clock, log: createRowLog(io) });
  for (const runId of ['run-a1', 'run-a2', 'run-a3']) {
    clock.time += 1000;
    const run = await storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask({ id: `coding~${runId}` }) });
    if (run) await storage.ledger.update(run, { state: 'failed', code: 'push-rejected', notified: true });
  }
  await corruptRun(storage.parts.rows.runs, 'run-a3');
  await storage.parts.rows.runevents.write('run-a2', [{ kind: 'insert', key: 'odd', fields: { name: 'pushed' } }]);
  await storage.parts.rows.state.write('scopes', [{ kind: 'insert', key: 'odd', fields: { scope: 7 } }]);
});

const tools = () =>
  createMemoryTools({
    storage,
    mappings: { PROJ: { repo: 'group/app' } },
    jira: { findIssue: async () => undefined },
  });
const board = () => createBoard({ tools: tools(), env: {}, clock });
const document = () => JSON.parse(io.stdout);
const READABLE = ['run-a2', 'run-a1'];

it('run ls shows the others, and names the one it leaves out', async () => {
  expect(await runLs(RunLsOptions.parse({ json: true }), io, tools())).toBe(0);
  expect(document().runs.map(({ runId }: { runId: string }) => runId)).toEqual(READABLE);
  expect(document().unreadable).toEqual(['run-a3']);
  expect(io.stderr).toMatch(
    /^cmap: left out: run row unreadable run:run-a3; use a cmap as new as the deployment, or .*\n$/,
  );
});

it('explain says that the newest run cannot be read, not what became of an older one', async () => {
  expect(await explain({ subject: 'PROJ-12', json: true }, io, tools())).toBe(0);
  expect(document().answer).toMatch(
    /^The newest run of PROJ-12 is run-a3, and its row in the run ledger cannot be read/,
  );
  expect(document().notes).toContainEqual(expect.stringMatching(/^the row of run-a3 cannot be read in the table runs/));
  expect(document().runs).toHaveLength(2);
});

it('explain says that a claim cannot be read, and shows the rest', async () => {
  const key = buildTableKey('issue~PROJ-12');
  await storage.parts.rows.state.write('scopes', [{ kind: 'insert', key, fields: { scope: 7 } }]);
  expect(await explain({ subject: 'PROJ-12', json: true }, io, tools())).toBe(0);
  expect(document()).toMatchObject({ claim: null, runs: { length: 2 } });
  expect(document().notes).toContainEqual(expect.stringMatching(/^The claim of PROJ-12 cannot be read/));
});

it('activity shows what can be read, and names both runs that miss a part', async () => {
  expect(await activity({ follow: false, steps: false, json: true }, io, tools())).toBe(0);
  expect(document().unreadable.toSorted()).toEqual(['run-a2', 'run-a3']);
  expect(new Set(document().events.map(({ runId }: { runId: string }) => runId))).toEqual(new Set(READABLE));
});

it('run show shows the other events, and counts what it leaves out', async () => {
  expect(await runShow({ id: 'run-a2', json: true }, io, tools())).toBe(0);
  expect(document()).toMatchObject({ events: [{ name: 'planned' }, { name: 'failed' }], unreadable: 1 });
  expect(io.stderr).toContain('run event unreadable run-a2 odd');
});

it('run retry takes no older run for the newest of an issue, and no run for one that cannot be read', async () => {
  const refusal = /^cmap: the row of run-a3 cannot be read in the table runs of the storage account; use a cmap/m;
  for (const id of ['PROJ-12', 'run-a3']) {
    expect(await runRetry({ id, json: false }, io, tools())).toBe(1);
    expect(io.stderr).toMatch(refusal);
  }
  expect(await runRetry({ id: 'run-a', json: false }, io, tools())).toBe(1);
  expect(io.stderr).toContain('several runs begin with run-a: run-a2, run-a1, run-a3;');
  expect((await storage.queue.getDepth()).count).toBe(0);
});

it('claims ls names the claim it leaves out', async () => {
  await storage.scopes.take({ scope: 'issue~PROJ-1', runId: 'run-a1', holder: 'a', leaseMs: 1000 });
  expect(await claimsLs({ json: true }, io, tools())).toBe(0);
  expect(document().claims).toHaveLength(1);
  expect(io.stderr).toContain('cmap: left out: scope row unreadable odd; ');
});

it('the board shows the others, says what is left out, and goes on watching', async () => {
  const list = await listRuns(readFilters({}), board());
  expect(list.runs.map(({ runId }) => runId)).toEqual(READABLE);
  expect(list.notes).toEqual([expect.stringMatching(/^the row of run-a3 cannot be read/)]);
  expect(await readMonthCost('2026-01', board())).toMatchObject({ bindings: [{ runs: 2 }], left: 0, unreadable: 1 });

  const look = createRunsWatch(readFilters({}), board());
  await look();
  await storage.ledger.create({ runId: 'run-a4', dedupKey: 'run-a4', task: aCodingTask({ id: 'x' }) });
  expect((await look()).changed.map(({ runId }) => runId)).toEqual(['run-a4']);
});
