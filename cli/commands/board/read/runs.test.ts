import { beforeEach, describe, expect, it } from 'vitest';
import type { RunChange } from '../../../../shared/domain/ports/run-ledger.ts';
import type { Task } from '../../../../shared/domain/runs/task.ts';
import { HOUR, MINUTE, SECOND } from '../../../../shared/kernel/clock.ts';
import { aCodingTask, aReviewTask } from '../../../../test/builders/tasks.ts';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../../test/doubles/stepped-clock.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { type Board, createBoard } from './board.ts';
import { listRuns } from './list-runs.ts';
import { findBoardRun, readOtherRuns, readRunDetails } from './read-run.ts';
import { readFilters } from './run-filters.ts';
import { createRunsWatch } from './watch-runs.ts';

const clock = createSteppedClock();
let storage: MemoryStorage;
let board: Board;

beforeEach(() => {
  clock.time = Date.UTC(2026, 0, 31, 10);
  storage = createMemoryStorage({ clock });
  const project = { id: 7, path: 'group/app', cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
  const tools = createMemoryTools({
    storage,
    mappings: { PROJ: { repo: 'group/app' } },
    gitlab: { findProject: async () => project },
  });
  board = createBoard({ tools, env: {}, clock });
});

const DONE: RunChange = { state: 'superseded', notified: true };

async function store(runId: string, change?: RunChange, task: Task = aCodingTask({ id: runId })) {
  clock.time += SECOND;
  const run = await storage.ledger.create({ runId, dedupKey: runId, task });
  if (run && change) await storage.ledger.update(run, change);
}

const idOf = (index: number) => `run-${String(index).padStart(5, '0')}`;
const list = (query: Record<string, string> = {}) => listRuns(readFilters(query), board);
const idsOf = (runs: readonly { runId: string }[]) => runs.map(({ runId }) => runId);

describe('the list of runs', () => {
  it('shows a page, and goes on where it ended without leaving any out', async () => {
    for (let index = 0; index < 120; index += 1) await store(idOf(index), DONE);
    const seen: string[] = [];
    let page = await list();
    seen.push(...idsOf(page.runs));
    while (page.next) {
      page = await list({ after: `${page.next.createdAt}~${page.next.runId}` });
      seen.push(...idsOf(page.runs));
    }

    expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => idOf(119 - index)));
  });

  it('lists runs of one moment from two lists once each, over pages', async () => {
    const create = (runId: string, task: Task = aCodingTask({ id: runId })) =>
      storage.ledger.create({ runId, dedupKey: runId, task });
    for (let index = 0; index < 40; index += 1) await create(`run-a${idOf(index)}`);
    for (let index = 0; index < 40; index += 1) await create(`run-b${idOf(index)}`, aReviewTask({ id: `b${index}` }));
    const first = await list({ binding: 'PROJ' });
    const second = await list({ binding: 'PROJ', after: `${first.next?.createdAt}~${first.next?.runId}` });

    expect(new Set([...idsOf(first.runs), ...idsOf(second.runs)]).size).toBe(80);
  });

  it('puts failed runs first, each group newest first', async () => {
    await store('run-1', { state: 'failed', code: 'push-rejected' });
    await store('run-2', DONE);
    await store('run-3', { state: 'failed', code: 'push-rejected' });

    expect(idsOf((await list({ first: 'failed' })).runs)).toEqual(['run-3', 'run-1', 'run-2']);
  });

  it('filters by state, kind, time and words, and refuses words it does not know', async () => {
    await store('run-1', { state: 'failed', code: 'push-rejected' });
    await store('run-2', DONE, aCodingTask({ id: 'x', issueKey: 'PROJ-77' }));
    clock.time += 2 * HOUR;
    await store('run-3', undefined, aReviewTask());

    expect(idsOf((await list({ state: 'failed' })).runs)).toEqual(['run-1']);
    expect(idsOf((await list({ kind: 'review' })).runs)).toEqual(['run-3']);
    expect(idsOf((await list({ since: '1h' })).runs)).toEqual(['run-3']);
    expect(idsOf((await list({ text: 'proj-77 -is:failed' })).runs)).toEqual(['run-2']);
    expect(idsOf((await list({ binding: 'PROJ' })).runs)).toEqual(['run-3', 'run-2', 'run-1']);
    await expect(list({ state: 'odd' })).rejects.toBeInstanceOf(UsageError);
  });

  it('filters by labels, leaves out projects with their reviews, and says which runs know no labels', async () => {
    await store('run-1', { ...DONE, facts: { labels: ['urgent'] } });
    await store('run-2', DONE);
    await store('run-3', DONE, aReviewTask());

    expect(idsOf((await list({ text: 'label:urgent' })).runs)).toEqual(['run-1']);
    expect(idsOf((await list({ text: '-label:urgent' })).runs)).toEqual(['run-3', 'run-2']);
    expect((await list({ text: '-label:urgent' })).notes.join()).toContain('the labels of 2 runs are not known');
    expect((await list({ text: 'is:superseded' })).notes).toEqual([]);
    expect(idsOf((await list({ text: '-project:PROJ' })).runs)).toEqual([]);
  });

  it('costs what is shown, and not what happened before', async () => {
    for (let index = 0; index < 100; index += 1) await store(idOf(index), DONE);
    const counts = countRows(storage.parts.rows.runs);
    const look = async (query: Record<string, string> = {}) => {
      counts.reset();
      await list(query);
      return counts.total();
    };
    const openRun = async () => {
      counts.reset();
      const run = await findBoardRun(idOf(7), board);
      if (run) await Promise.all([readRunDetails(run, board), readOtherRuns(run, board)]);
      return counts.total();
    };
    const [short, shortFailed, shortRun] = [await look(), await look({ state: 'failed' }), await openRun()];
    for (let index = 100; index < 10_000; index += 1) await store(idOf(index), DONE);

    expect(await look()).toBe(short);
    // A list, each run of the page, and one more that says whether there are older ones.
    expect(short).toBe(52);
    // The run, its history, and the newest eleven of its ticket.
    expect(await openRun()).toBe(shortRun);
    expect(shortRun).toBe(14);
    // A filter that nothing fits looks at 500 runs and says so.
    expect(await look({ state: 'failed' })).toBeLessThan(620);
    expect(shortFailed).toBeLessThan(120);
    expect((await list({ state: 'failed' })).next).toBeDefined();
  });
});

describe('a list that is watched', () => {
  it('says what is new, what changed and what fits no more, with two requests where nothing did', async () => {
    for (let index = 0; index < 2000; index += 1) await store(idOf(index), DONE);
    await store('run-open');
    const look = createRunsWatch(readFilters({ state: 'open' }), board);
    expect(idsOf((await look()).changed)).toEqual(['run-open']);
    const counts = countRows(storage.parts.rows.runs);

    expect(await look()).toEqual({ changed: [], gone: [] });
    // The runs of the last two minutes are looked at once.
    counts.reset();
    expect(await look()).toEqual({ changed: [], gone: [] });
    expect(counts.total()).toBe(2);

    await store('run-new');
    expect(idsOf((await look()).changed)).toEqual(['run-new']);

    const record = await storage.ledger.get('run-open');
    await storage.ledger.update(record, { state: 'running', attempt: 1 });
    expect((await look()).changed).toMatchObject([{ runId: 'run-open', state: 'running' }]);

    await storage.ledger.update(await storage.ledger.get('run-open'), DONE);
    expect(await look()).toEqual({ changed: [], gone: ['run-open'] });
  });

  it('shows a run that ended before it was seen, and none of other lists', async () => {
    const look = createRunsWatch(readFilters({ binding: 'PROJ' }), board);
    await look();
    await store('run-quick', DONE);
    await store('run-other', undefined, aCodingTask({ id: 'o', jiraProject: 'OPS', issueKey: 'OPS-1' }));
    clock.time += MINUTE;

    expect(idsOf((await look()).changed)).toEqual(['run-quick']);
  });

  it('sees a run that ends right after the page was read', async () => {
    await store('run-open');
    const look = createRunsWatch(readFilters({}), board);
    await look();
    await storage.ledger.update(await storage.ledger.get('run-open'), DONE);

    expect((await look()).changed).toMatchObject([{ runId: 'run-open', state: 'superseded' }]);
  });

  it('adds nothing new to an older page', async () => {
    for (let index = 0; index < 60; index += 1) await store(idOf(index), DONE);
    const { next } = await list();
    const look = createRunsWatch(readFilters({ after: `${next?.createdAt}~${next?.runId}` }), board);
    await look();
    await store('run-new');

    expect((await look()).changed).toEqual([]);
  });
});
