import { expect, it } from 'vitest';

import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { RunChange } from '../../domain/ports/run-ledger.ts';
import { HOUR } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { releaseScope } from './release-scope.ts';

const SCOPE = 'issue~PROJ-12';
const parkedFor = (parkedReason: string): RunChange => ({
  state: 'parked',
  parkedUntil: Number.MAX_SAFE_INTEGER,
  parkedReason,
});

/** A scope that run-0 holds and for which these runs wait. */
async function aBusyScope(waiting: Record<string, RunChange>) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  await storage.scopes.take({ scope: SCOPE, runId: 'run-0', holder: 'r', leaseMs: HOUR });
  for (const [runId, change] of Object.entries(waiting)) {
    const record = await storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
    if (record) await storage.ledger.update(record, change);
    await storage.scopes.waitFor(SCOPE, runId);
  }
  const lock = await storage.scopes.find(SCOPE);
  if (!lock) throw new Error('not arranged');
  const stateOf = async (runId: string) => (await storage.ledger.get(runId)).state;
  const countMessages = async () => (await storage.queue.getDepth()).count;
  return { storage, deps: { ...storage, log }, log, lock, stateOf, countMessages };
}

it('sends the runs that wait for the scope, and those alone', async () => {
  const { storage, deps, lock, log, stateOf, countMessages } = await aBusyScope({
    'run-1': parkedFor('scope-busy'),
    'run-2': parkedFor('budget'),
    'run-3': { state: 'running', attempt: 1 },
    'run-4': parkedFor('scope-busy'),
  });
  await storage.scopes.waitFor(SCOPE, 'run-unknown');
  await releaseScope(lock, deps);

  expect(await storage.scopes.find(SCOPE)).toBeUndefined();
  const states = await Promise.all(['run-1', 'run-2', 'run-3', 'run-4'].map(stateOf));
  expect(states).toEqual(['queued', 'parked', 'running', 'queued']);
  expect([await countMessages(), log.lines]).toEqual([2, []]);
  expect((await storage.ledger.listEvents('run-1')).map(({ fields }) => fields?.['reason'])).toContain('scope-free');
});

it('goes on after one that cannot be sent, and says which', async () => {
  const { storage, deps, lock, log, stateOf } = await aBusyScope({
    'run-1': parkedFor('scope-busy'),
    'run-2': parkedFor('scope-busy'),
  });
  const error = new TaskError('storage-unavailable');
  const find = async (runId: string) => {
    if (runId === 'run-1') throw error;
    return storage.ledger.find(runId);
  };
  await releaseScope(lock, { ...deps, ledger: { ...storage.ledger, find } });

  expect([await stateOf('run-1'), await stateOf('run-2')]).toEqual(['parked', 'queued']);
  expect(log.lines).toEqual([{ level: 'warn', event: 'waiting run not woken', fields: { runId: 'run-1', error } }]);
});
