import { beforeEach, describe, expect, it } from 'vitest';
import type { RunChange } from '../../../shared/domain/ports/run-ledger.ts';
import { dayPath, formatDayFile } from '../../../shared/domain/runs/archive/day-file.ts';
import { toRunDocument } from '../../../shared/domain/runs/archive/run-document.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createMemoryArtefacts } from '../../../test/doubles/memory-artefacts.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { StatsOptions, stats } from './stats.ts';

const NOW = Date.UTC(2026, 10, 28, 12); // A Saturday.
const clock = createSteppedClock();
let storage: MemoryStorage;
let ledgerFiles: ReturnType<typeof createMemoryArtefacts>;
beforeEach(() => {
  clock.time = NOW - 10 * DAY;
  storage = createMemoryStorage({ clock });
  ledgerFiles = createMemoryArtefacts();
});

interface Added {
  at?: number;
  openedAfter?: number;
  merged?: boolean;
  created?: boolean;
}

async function add(
  runId: string,
  task: Task,
  change: RunChange,
  { at, openedAfter, merged, created = true }: Added = {},
) {
  clock.time = at ?? clock.time + 1;
  const run = await storage.ledger.create({ runId, dedupKey: runId, task });
  const queued = run && (await storage.ledger.update(run, { state: 'queued' }));
  const running = queued && (await storage.ledger.update(queued, { state: 'running', attempt: 1 }));
  if (running) await storage.ledger.update(running, change);
  const event = { runId, at: clock.time + (openedAfter ?? 0), fields: { iid: 3, created } };
  if (openedAfter !== undefined) await storage.ledger.append({ ...event, name: 'merge-request-open' });
  if (merged) await storage.ledger.append({ ...event, name: 'merge-request-merged' });
}

const opened = (inputTokens = 0): RunChange => ({
  state: 'done',
  result: { what: 'merge-request', mergeRequestIid: 3, usage: { modelCalls: 1, inputTokens, outputTokens: 10 } },
});
const failed = (code: 'agent-timed-out' | 'push-rejected'): RunChange => ({ state: 'failed', code });

async function run(given: object = {}) {
  clock.time = NOW;
  const io = createMemoryIO({ clock, env: { AzureWebJobsStorage: 'set' } });
  const mappings = { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops' } };
  const code = await stats(StatsOptions.parse(given), io, createMemoryTools({ storage, mappings, ledgerFiles }));
  return { code, stdout: io.stdout, stderr: io.stderr };
}

async function json(given: object = {}) {
  return JSON.parse((await run({ json: true, ...given })).stdout);
}

describe('stats', () => {
  it('adds up by binding how runs ended, what they took and what was merged', async () => {
    for (const [index, minutes] of [10, 20, 30, 40, 50, 60, 70, 80, 90, 600].entries()) {
      await add(`run-${index}`, aCodingTask(), opened(1000), { openedAfter: minutes * MINUTE, merged: index < 3 });
    }
    // Goes on with a merge request that is open already.
    await add('run-rework', aCodingTask(), opened(), { openedAfter: 5 * MINUTE, created: false });
    await add('run-f1', aCodingTask({ jiraProject: 'OPS', issueKey: 'OPS-1' }), failed('push-rejected'));
    await add('run-f2', aCodingTask({ jiraProject: 'OPS', issueKey: 'OPS-2' }), failed('agent-timed-out'));
    await add('run-f3', aReviewTask(), failed('agent-timed-out'));

    const { groups, total, failures } = await json({ priceInput: '2', priceOutput: '1' });
    expect(groups.map(({ group, runs }: { group: string; runs: number }) => [group, runs])).toEqual([
      ['PROJ', 11],
      ['OPS', 2],
      ['GitLab project 7', 1],
    ]);
    expect(groups[0]).toMatchObject({ done: 11, failed: 0, share: 1, opened: 10, merged: 3 });
    expect(groups[0]).toMatchObject({ medianMs: 50 * MINUTE, p90Ms: 90 * MINUTE, inputTokens: 10_000 });
    expect(total).toMatchObject({ runs: 14, done: 11, failed: 3, share: 11 / 14, outputTokens: 110 });
    expect(total.cost).toBeCloseTo(0.02011);
    expect(failures).toEqual([
      { code: 'agent-timed-out', count: 2 },
      { code: 'push-rejected', count: 1 },
    ]);
  });

  it('adds up what the runs have cost by the prices of their time, and says when some are missing', async () => {
    const paid = (amount: number, currency = 'USD'): RunChange => ({
      ...opened(1000),
      facts: { usage: { modelCalls: 1, inputTokens: 1000, outputTokens: 10 }, cost: { amount, currency } },
    });
    const at = NOW - DAY;
    await add('run-1', aCodingTask(), paid(0.1), { at });
    await add('run-2', aCodingTask(), paid(0.2), { at });
    expect((await json()).total).toMatchObject({ cost: 0.3, currency: 'USD', incomplete: false });
    expect((await json({ priceInput: '1', priceOutput: '1' })).total).toMatchObject({ cost: 0.00202, currency: null });
    expect((await run()).stdout).toMatch(/ TOKENS +USD\nPROJ .* 2K +0\.30\n/);

    await add('run-3', aReviewTask(), opened(1000), { at });
    expect((await json()).total).toMatchObject({ cost: 0.3, currency: 'USD', incomplete: true });
    const { stdout } = await run();
    expect(stdout).toMatch(/^GitLab project 7 .* -$/m);
    expect(stdout).toContain('USD: without the runs whose price was not known (MODEL_PRICES).');
    await add('run-4', aReviewTask(), paid(5, 'EUR'), { at: at + HOUR });
    expect((await json()).total).toMatchObject({ cost: 0.3, currency: 'USD', incomplete: true });
  });

  it('says the span in a table of 80 columns, also with long names, large numbers and money', async () => {
    const jiraProject = 'A_PROJECT_WITH_A_VERY_LONG_KEY_INDEED';
    await add('run-1', aCodingTask({ jiraProject }), opened(987_654_321), { openedAfter: 59 * MINUTE, merged: true });
    await add('run-2', aReviewTask({ projectId: 123_456 }), failed('push-rejected'));
    const { code, stdout } = await run({ priceInput: '3', priceOutput: '15' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2026-10-29 to 2026-11-28 \(30 d\): 2 runs\n/);
    expect(stdout).toMatch(/^A_PROJECT_\S*… +1 +1 +0 +100% +59 min +59 min +1\/1 +987\.7M +3K$/m);
    expect(stdout).toContain('    1  push-rejected\n');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('groups by week, which begins on Monday, and by kind', async () => {
    await add('run-1', aCodingTask(), opened(), { at: Date.UTC(2026, 10, 22, 23) });
    await add('run-2', aCodingTask(), opened(), { at: Date.UTC(2026, 10, 23, 1) });
    await add('run-3', aReviewTask(), { state: 'done' }, { at: Date.UTC(2026, 10, 27) });
    const groupsOf = async (by: string) => (await json({ by })).groups.map((one: { group: string }) => one.group);
    expect(await groupsOf('week')).toEqual(['2026-11-16', '2026-11-23']);
    expect(await groupsOf('kind')).toEqual(['coding', 'review']);
  });

  it('costs the span, and not what happened before', async () => {
    const counts = [storage.parts.rows.runs, storage.parts.rows.runevents].map(countRows);
    const cost = async () => {
      for (const one of counts) one.reset();
      expect((await json({ since: '2d' })).total.runs).toBe(250);
      return counts.reduce((sum, one) => sum + one.total(), 0);
    };
    for (let index = 0; index < 249; index += 1)
      await add(`run-${index}`, aReviewTask(), { state: 'done' }, { at: NOW - DAY });
    await add('run-opened', aCodingTask(), opened(), { at: NOW - DAY, openedAfter: 1 });
    const short = await cost();
    for (let index = 0; index < 3000; index += 1)
      await add(`old-${index}`, aReviewTask(), { state: 'done' }, { at: NOW - 3 * DAY });
    expect(await cost()).toBe(short);
    // The list, each run once, and the history and events of the one that made a merge request.
    expect(short).toBe(1 + 250 + 2);
  });

  it('counts runs that have left the tables from the kept days, each once', async () => {
    await add('run-1', aCodingTask(), opened(), { at: NOW - 5 * DAY, openedAfter: HOUR });
    const kept = await storage.ledger.get('run-1');
    const events = await storage.ledger.listEvents('run-1');
    const runs = [toRunDocument(kept, events), toRunDocument({ ...kept, runId: 'run-gone' }, events)];
    const text = formatDayFile({ day: '2026-11-23', previous: null, runs, open: [], lost: [] });
    await ledgerFiles.create(dayPath('2026-11-23'), text);
    expect((await json()).total).toMatchObject({ runs: 2, opened: 2, medianMs: HOUR });
  });

  it('names a run that cannot be read, counts the others and ends with 3', async () => {
    await add('run-1', aReviewTask(), { state: 'done' });
    await add('run-broken', aReviewTask(), { state: 'done' });
    await corruptRun(storage.parts.rows.runs, 'run-broken');
    const { code, stdout, stderr } = await run({ json: true });
    expect({ code, stderr }).toEqual({ code: 3, stderr: 'cmap: 1 run cannot be read and not counted: run-broken\n' });
    expect(JSON.parse(stdout)).toMatchObject({ total: { runs: 1 }, unreadable: ['run-broken'] });
  });

  it('says so when there was no run, and refuses half of the prices', async () => {
    expect(await run()).toMatchObject({ code: 0, stdout: '2026-10-29 to 2026-11-28 (30 d): no run was created.\n' });
    await expect(run({ priceInput: '1' })).rejects.toThrow('--price-input and --price-output go together');
    expect(StatsOptions.safeParse({ by: 'moon' }).success).toBe(false);
  });
});

describe('runs in shadow', () => {
  const tried: RunChange = { state: 'done', result: { what: 'shadow-change' } };
  const rate = (runId: string, account: string, answer: string, saidAt: number) =>
    storage.ledger.append({ runId, at: clock.time, name: 'rated', fields: { answer, account, by: account, saidAt } });

  it('are counted by the last word of each person', async () => {
    await add('run-1', aCodingTask(), tried);
    await add('run-2', aCodingTask({ id: 'coding~PROJ-2~1' }), tried);
    await rate('run-1', 'ada', 'yes', 5);
    await rate('run-1', 'ada', 'no', 3);
    await rate('run-1', 'bob', 'no', 4);
    await rate('run-1', 'bob', 'maybe', 6);
    const { code, stdout } = await run({ json: true });
    const { total } = JSON.parse(stdout) as { total: object };
    expect([code, total]).toMatchObject([0, { inShadow: 2, yes: 1, no: 1, yesShare: 0.5 }]);
    expect((await run()).stdout).toContain('YES: "/copilot yes" of all that was said about 2 runs in shadow: 50%.');
  });

  it('have no column where there are none', async () => {
    await add('run-1', aCodingTask(), opened());
    expect((await run()).stdout).not.toContain('YES');
  });
});
