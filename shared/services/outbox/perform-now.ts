import { type OutboxEntry, outboxSubject } from '../../domain/runs/outbox-entry.ts';
import { type OutboxResult, type ProcessOutboxDeps, processOutbox } from './process-outbox.ts';

/** What became of an entry that was not to wait for the timer. */
export type PerformedNow =
  | { kind: 'done' }
  /** Another process is at it, or has done it meanwhile. */
  | { kind: 'busy' }
  /** It stays in the outbox, whose timer tries again. */
  | { kind: 'failed'; error: unknown };

/**
 * Processes one open entry at once, by the rules of the timer: it is leased, so that of several processes one does it.
 * @throws {TaskError} `storage-unavailable`
 */
export async function performNow(entry: OutboxEntry, deps: ProcessOutboxDeps): Promise<PerformedNow> {
  let performed: OutboxResult | undefined;
  let failure: { error: unknown } | undefined;
  const isIt = (other: OutboxEntry) => other.kind === entry.kind && outboxSubject(other) === outboxSubject(entry);
  await processOutbox({
    ...deps,
    outbox: {
      ...deps.outbox,
      listOpen: async () => (await deps.outbox.listOpen()).filter((open) => isIt(open.entry)),
    },
    async perform(...given) {
      try {
        performed = await deps.perform(...given);
        return performed;
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  });
  if (failure) return { kind: 'failed', ...failure };
  return performed === undefined || performed === 'reschedule' ? { kind: 'busy' } : { kind: 'done' };
}
