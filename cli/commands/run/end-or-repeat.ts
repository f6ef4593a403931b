import type { RunRecord } from '../../../shared/domain/ports/run-ledger.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { buildRunNotified } from '../../../shared/domain/runs/outbox-entry.ts';
import { isFinal } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import { endRun } from '../../../shared/services/runs/end-run.ts';
import { retryRun } from '../../../shared/services/runs/retry-run.ts';
import { isHeldByPerson } from '../../clients/held-by-person.ts';
import { formatTask, type ProjectPaths } from '../../output/format-task.ts';
import { closeClaim } from '../claims/change-claim.ts';

export interface RunDeps {
  storage: Storage;
  clock: Clock;
}

/** What a person reads instead of a retry or cancellation that is not possible. */
export interface RefusedChange {
  error: string;
}

/** Why the task of a run cannot be done again; `undefined` when it can. */
export function refuseRetry({ runId, state, task }: Pick<RunRecord, 'runId' | 'state' | 'task'>): string | undefined {
  if (!isFinal(state)) return `${runId} is ${state} and goes on by itself; \`cmap run cancel ${runId}\` ends it`;
  if (state === 'done') return `${runId} is done; ${describeMoreWork(task.kind)}`;
  return undefined;
}

/** What asks for work like that of a run again, where its work is. */
function describeMoreWork(kind: Task['kind']): string {
  switch (kind) {
    case 'coding':
      return 'comment on its ticket what should change and move it to the trigger, for more work on it';
    case 'review':
      return 'write /copilot review on its merge request, for another one';
    case 'reply':
    case 'update':
      return 'write what should change on its merge request, with /copilot in front';
    case 'audit':
    case 'echo':
      return 'nothing is left of it to do again';
  }
}

/** Does the task of a run that ended without success again, as a new run. Doing it twice makes one. */
export async function repeatRun(run: RunRecord, { storage, clock }: RunDeps): Promise<Admission | RefusedChange> {
  const error = refuseRetry(run);
  if (error !== undefined) return { error };
  const still = { now: () => clock.now(), sleep: () => Promise.resolve() };
  return retryRun(run, { ...storage, clock: still, log: silentLog });
}

/** Why a run cannot be ended; `undefined` when it can. */
export function refuseCancel({ runId, state }: Pick<RunRecord, 'runId' | 'state'>): string | undefined {
  return isFinal(state) ? `${runId} has ended already, as ${state}` : undefined;
}

/** A run with its task and state, in sentences. */
export function nameRun(
  { runId, task, state }: Pick<RunRecord, 'runId' | 'state' | 'task'>,
  paths: ProjectPaths,
): string {
  return `${runId} (${formatTask(task, paths)}, ${state})`;
}

/**
 * Ends a run for good. A runner at work loses its claim as well: it notices within a minute, stops and writes nothing
 * more. `stopped` says whether there was one.
 */
export async function cancelRun(run: RunRecord, deps: RunDeps): Promise<{ stopped: boolean } | RefusedChange> {
  const error = refuseCancel(run);
  if (error !== undefined) return { error };
  const { storage, clock } = deps;
  const { runId, task } = run;
  const end = { state: 'cancelled', reason: 'cancelled-by-person' } as const;
  // Whether a webhook wants to know is decided where it is notified: no map is needed here.
  const entry = buildRunNotified(run, 'ended');
  if (entry) await storage.outbox.enqueue(entry);
  const ended = await endRun(runId, end, { ...storage, clock });
  if (ended.state !== 'cancelled') return { error: `${runId} ended as ${ended.state} at this moment` };
  const lock = await storage.scopes.find(task.scope);
  const isAtWork = lock?.runId === runId && !isHeldByPerson(lock) && lock.expiresAt > clock.now();
  return { stopped: isAtWork && (await closeClaim(lock, undefined, storage)) !== undefined };
}
