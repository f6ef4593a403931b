import { describe, expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import type { RunChange } from '../../domain/ports/run-ledger.ts';
import { TaskError } from '../../kernel/errors.ts';
import { wakeRuns } from './wake-runs.ts';

const PARKED: RunChange = { state: 'parked', parkedUntil: Number.MAX_SAFE_INTEGER, parkedReason: 'concurrency' };
const RUNNING: RunChange = { state: 'running', attempt: 1, runner: 'r' };

function createFixture() {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const arrange = async (runId: string, ...changes: RunChange[]) => {
    let record = await storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
    for (const change of changes) record = record && (await storage.ledger.update(record, change));
  };
  const stateOf = async (runId: string) => (await storage.ledger.get(runId)).state;
  const countMessages = async () => (await storage.queue.getDepth()).count;
  return { deps: { ...storage, clock, log }, arrange, stateOf, countMessages, clock, log };
}

describe('waking runs that wait for a permit', () => {
  it('sends each of them, with the reason in its history', async () => {
    const { deps, arrange, stateOf } = createFixture();
    for (const runId of ['run-1', 'run-2']) await arrange(runId, PARKED);
    await wakeRuns(['run-1', 'run-2'], 'concurrency', deps);
    expect([await stateOf('run-1'), await stateOf('run-2')]).toEqual(['queued', 'queued']);
    expect((await deps.queue.peek()).map(({ runId }) => runId)).toEqual(['run-1', 'run-2']);
    expect(await deps.ledger.listEvents('run-1')).toContainEqual(
      expect.objectContaining({ name: 'planned', fields: expect.objectContaining({ reason: 'concurrency' }) }),
    );
  });

  it.each<{ name: string; changes: RunChange[]; state: string }>([
    { name: 'waits for something else', changes: [{ ...PARKED, parkedReason: 'budget' }], state: 'parked' },
    { name: 'is on its way already', changes: [{ state: 'queued' }], state: 'queued' },
    { name: 'has ended', changes: [{ state: 'cancelled' }], state: 'cancelled' },
    {
      name: 'another process has woken',
      changes: [PARKED, { state: 'planned' }],
      state: 'planned',
    },
  ])('leaves alone, at once, one that $name', async ({ changes, state }) => {
    const { deps, arrange, stateOf, countMessages, clock, log } = createFixture();
    await arrange('run-1', ...changes);
    await wakeRuns(['run-1', 'run-unknown'], 'concurrency', deps);
    expect([await stateOf('run-1'), await countMessages(), clock.slept, log.lines]).toEqual([state, 0, [], []]);
  });

  it('looks again at one that is being put off at this moment', async () => {
    const { deps, arrange, stateOf, clock } = createFixture();
    await arrange('run-1', RUNNING);
    const sleep = async (ms: number) => {
      await clock.sleep(ms);
      if (clock.slept.length === 2) await deps.ledger.update(await deps.ledger.get('run-1'), PARKED);
    };
    await wakeRuns(['run-1'], 'concurrency', { ...deps, clock: { ...clock, sleep } });
    expect([await stateOf('run-1'), clock.slept]).toEqual(['queued', [500, 500]]);
  });

  it('looks five times at most at one that goes on running', async () => {
    const { deps, arrange, stateOf, clock } = createFixture();
    await arrange('run-1', RUNNING);
    await wakeRuns(['run-1'], 'concurrency', deps);
    expect([await stateOf('run-1'), clock.slept]).toEqual(['running', [500, 500, 500, 500]]);
  });

  it('goes on after one that cannot be woken, and says which', async () => {
    const { deps, arrange, stateOf, log } = createFixture();
    for (const runId of ['run-1', 'run-2']) await arrange(runId, PARKED);
    const error = new TaskError('storage-unavailable');
    const find = async (runId: string) => {
      if (runId === 'run-1') throw error;
      return deps.ledger.find(runId);
    };
    await wakeRuns(['run-1', 'run-2'], 'concurrency', { ...deps, ledger: { ...deps.ledger, find } });
    expect([await stateOf('run-1'), await stateOf('run-2')]).toEqual(['parked', 'queued']);
    expect(log.lines).toEqual([{ level: 'warn', event: 'waiting run not woken', fields: { runId: 'run-1', error } }]);
  });
});
