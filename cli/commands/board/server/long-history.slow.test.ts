import { beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../../../shared/kernel/clock.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createMemoryIO } from '../../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createSteppedClock, type SteppedClock } from '../../../../test/doubles/stepped-clock.ts';
import { RunLsOptions, runLs } from '../../run/ls.ts';
import { createBoard } from '../read/board.ts';
import { readFilters } from '../read/run-filters.ts';
import { createRunsWatch } from '../read/watch-runs.ts';
import { createBoardApp } from './create-board-app.ts';

const SIZES = [1000, 10_000, 100_000] as const;
/** Runs that are under way, however long the history is. */
const OPEN = 5;

const clock: SteppedClock = createSteppedClock();
let storage: MemoryStorage;

/** Adds runs that are over until there are `count`; the first ones of all are under way. */
async function grow(from: number, count: number): Promise<void> {
  const { ledger } = storage;
  for (let index = from; index < count; index += 1) {
    clock.time += 30 * SECOND;
    const runId = `run-${index.toString(16).padStart(12, '0')}`;
    const task = aCodingTask({ id: runId, issueKey: `PROJ-${index}`, scope: `issue~PROJ-${index}` });
    const run = await ledger.create({ runId, dedupKey: runId, task });
    if (run && index >= OPEN) await ledger.update(run, { state: 'cancelled', notified: true });
  }
}

/** What each page and list asks of the tables: calls, and the rows that lists gave. */
const LOOKS: Record<string, () => Promise<string>> = {
  'the first page': () => page('/runs'),
  'the page after it': async () => page(/href="(\/runs\?after=[^"]*)" rel="next"/.exec(await page('/runs'))?.[1] ?? ''),
  'failed first': () => page('/runs?first=failed'),
  'a state that no run has': () => page('/runs?state=failed'),
  'a text that no run has': () => page('/runs?text=nowhere-to-be-found'),
  'a kind that no run has, of one binding': () => page('/runs?kind=review&binding=PROJ'),
  'a binding without runs': () => page('/runs?binding=OPS'),
  'the last hour': () => page('/runs?since=1h'),
  'what changed since': async () => {
    const look = createRunsWatch(readFilters({}), open().board);
    await look();
    return JSON.stringify(await look());
  },
  'cmap run ls': () => ls(),
  'cmap run ls of what no run has': () => ls('is:failed'),
};

function open() {
  const tools = createMemoryTools({
    storage,
    mappings: { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops' } },
    gitlab: { findProject: async () => undefined },
  });
  const board = createBoard({ tools, env: {}, clock });
  return { tools, board };
}

async function page(path: string): Promise<string> {
  const ended = new AbortController().signal;
  const app = createBoardApp({ board: open().board, token: new Secret('right'), port: 8700, ended });
  const headers = { host: '127.0.0.1:8700', cookie: 'cmap-board-8700=right' };
  const answer = await app.fetch(new Request(`http://127.0.0.1:8700${path.replaceAll('&amp;', '&')}`, { headers }));
  const html = await answer.text();
  if (!html.includes('<table')) throw new Error(`${path} has no list of runs`);
  return html;
}

async function ls(...query: string[]): Promise<string> {
  const io = createMemoryIO({ clock });
  await runLs(RunLsOptions.parse({ query }), io, open().tools);
  return io.stdout + io.stderr;
}

type Counted = Record<string, { calls: number; listed: number; said: string }>;

async function countAll(): Promise<Counted> {
  const counters = Object.values(storage.parts.rows).map(countRows);
  const counted: Counted = {};
  for (const [name, look] of Object.entries(LOOKS)) {
    for (const counter of counters) counter.reset();
    const said = await look();
    const calls = counters.reduce((sum, counter) => sum + counter.total(), 0);
    const listed = counters.reduce((sum, counter) => sum + counter.counts().listed, 0);
    counted[name] = { calls, listed, said };
  }
  return counted;
}

describe('runs behind the page and cmap run ls', () => {
  const bySize = new Map<number, Counted>();
  beforeAll(async () => {
    storage = createMemoryStorage({ clock });
    let from = 0;
    for (const size of SIZES) {
      await grow(from, size);
      from = size;
      bySize.set(size, await countAll());
    }
  });
  const costs = (size: number, name: string) => {
    const { calls = 0, listed = 0 } = bySize.get(size)?.[name] ?? {};
    return { calls, listed };
  };

  it.each(Object.keys(LOOKS))('%s costs the same with 10,000 and 100,000 runs', (name) => {
    expect(costs(100_000, name)).toEqual(costs(10_000, name));
  });

  it.each(Object.keys(LOOKS).filter((name) => name !== 'cmap run ls of what no run has'))(
    '%s costs the same with 1,000 runs',
    (name) => {
      expect(costs(10_000, name)).toEqual(costs(1000, name));
    },
  );

  it('asks for what it shows, and for a bounded number of runs where none fits', () => {
    const calls = Object.fromEntries(Object.keys(LOOKS).map((name) => [name, costs(100_000, name).calls]));
    expect(calls).toEqual({
      // Each run of the page, and some lists.
      'the first page': 54,
      'the page after it': 2 * 54,
      'failed first': 204,
      'a state that no run has': 512,
      'a text that no run has': 512,
      'a kind that no run has, of one binding': 514,
      'a binding without runs': 5,
      'the last hour': 54,
      // The first look is a page; the second lists what is open and what is new.
      'what changed since': 55,
      'cmap run ls': 26,
      'cmap run ls of what no run has': 2106,
    });
  });

  it('says that it stopped, and offers to go on', () => {
    const said = (name: string) => bySize.get(100_000)?.[name]?.said ?? '';
    for (const name of ['a state that no run has', 'a text that no run has']) {
      expect(said(name)).toContain('No run fits among those that were looked at.');
      expect(said(name)).toContain('500 runs looked at, back to ');
      expect(said(name)).toMatch(/href="\/runs\?[^"]*after=[^"]*" rel="next"/);
    }
    expect(said('cmap run ls of what no run has')).toMatch(
      /2000 runs were looked at, back to .+; --after run-\w+ goes on/,
    );
  });
});
