import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import type { RunLedger } from '../../../../shared/domain/ports/run-ledger.ts';
import { systemClock } from '../../../../shared/kernel/clock.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { useAzurite } from '../../../../test/azurite.ts';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createBoard } from '../read/board.ts';
import { createBoardApp } from './create-board-app.ts';

const lane = useAzurite();
const FEW = 60;
const MANY = 1500;
const WRITES_AT_ONCE = 8;

async function addRuns(ledger: RunLedger, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  await pLimit(WRITES_AT_ONCE).map(numbers, async (number) => {
    const runId = `run-${String(number).padStart(6, '0')}`;
    const task = aCodingTask({ id: runId, issueKey: `PROJ-${number}`, scope: `issue~PROJ-${number}` });
    await ledger.create({ runId, dedupKey: runId, task });
  });
}

it('asks storage for what the first page shows, and not for what is behind it', async () => {
  const storage = await lane.createStorage();
  const open = async () => {
    const tools = { ...createMemoryTools({ mappings: { PROJ: { repo: 'group/app' } } }), storage: async () => storage };
    const board = createBoard({ tools, env: {}, clock: systemClock });
    const ended = new AbortController().signal;
    const app = createBoardApp({ board, token: new Secret('right'), port: 8700, ended });
    lane.proxy.resetCounts();
    const headers = { host: '127.0.0.1:8700', cookie: 'cmap-board-8700=right' };
    const answer = await app.fetch(new Request('http://127.0.0.1:8700/runs', { headers }));
    const rows = (await answer.text()).match(/<tr role="row" id="run-/g) ?? [];
    return { rows: rows.length, counts: lane.proxy.counts() };
  };

  await addRuns(storage.ledger, 0, FEW);
  const few = await open();
  await addRuns(storage.ledger, FEW, MANY);
  const many = await open();

  expect(many).toEqual(few);
  expect(few.rows).toBe(50);
  // The map in force, the list of the newest, each run of the page, and one that says whether there are older ones.
  const total = Object.values(few.counts).reduce((sum, count) => sum + count, 0);
  expect(total).toBeLessThanOrEqual(56);
});
