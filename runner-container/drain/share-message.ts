import pLimit from 'p-limit';
import type { LeaseEnding, MessageLease, TaskQueue } from '../../shared/domain/ports/task-queue.ts';
import type { Log } from '../../shared/kernel/log.ts';

/** The queue of a runner whose runs share one message, see `shareMessage`. */
export interface SharedQueue extends TaskQueue {
  /** Whether the next run that begins gives its message up. */
  willGiveUp(): boolean;
  /**
   * The run of this message has begun. Its message is kept where it is the only one, and given up where it is not; one
   * that could not be deleted comes back and is ignored. @throws {TaskError} `storage-*`
   */
  begun(lease: MessageLease): Promise<void>;
  /**
   * The run of this message is no longer ours, or its message was not ended: another of our runs gets a message in its
   * stead. @throws {TaskError} `storage-*`; then the next renewal of another run tries again.
   */
  forget(lease: MessageLease): Promise<void>;
}

/**
 * Has all runs that are at work in this process share one message. The scaler of the job starts one execution for each
 * message, those being worked on included, and takes off the executions that are at work: with one message for each
 * execution, however many runs it has, it starts one for each message that waits, no more and no fewer.
 *
 * The first run keeps its message as a runner of one run does; the others give theirs up once they have begun. When the
 * run of the message ends, a message is sent for another one that is at work, ours from the beginning, before the old
 * one is let go. So a crash brings back the run of the message after its lease, and the others with the sweep, which
 * finds their scope locks lapsed.
 */
export function shareMessage(queue: TaskQueue, visibilityTimeoutSeconds: number, log: Pick<Log, 'warn'>): SharedQueue {
  /** The run whose message is held. Runs without one and without this run have yet to be sent one. */
  let keeper: MessageLease | undefined;
  /** Runs at work without a message, the oldest first. */
  const without = new Set<MessageLease>();
  /** The message that was sent for a run later, by the one it came with. */
  const resent = new WeakMap<MessageLease, MessageLease>();
  const ownOf = (lease: MessageLease) => resent.get(lease) ?? lease;

  // Two runs may end at once, and must not both find the same third one.
  const inTurn = pLimit(1);

  const handOver = async (): Promise<void> => {
    const [heir] = without;
    if (heir) {
      const { runId, task, attempt } = heir;
      resent.set(heir, await queue.enqueueLeased(task, { runId, attempt, visibilityTimeoutSeconds }));
      without.delete(heir);
    }
    keeper = heir;
  };

  /** Where the message was lost and no other could be sent then. The runs live by their scope locks meanwhile. */
  const sendMissing = () =>
    inTurn(async () => {
      if (!keeper) await handOver();
    }).catch((error: unknown) => log.warn('message not handed over', { error }));

  /** How the run of a lease lets its message go, once another run has one. */
  const end = (lease: MessageLease, endWithout: () => Promise<unknown>, endOwn: () => Promise<LeaseEnding>) =>
    inTurn(async (): Promise<LeaseEnding> => {
      if (without.has(lease)) {
        await endWithout();
        without.delete(lease);
        return 'done';
      }
      if (keeper === lease) await handOver();
      return endOwn();
    });

  return {
    ...queue,
    willGiveUp: () => keeper !== undefined,

    begun: (lease) =>
      inTurn(async () => {
        if (!keeper) {
          keeper = lease;
          return;
        }
        // Also when it was lost, or may be there yet: the run is ours by its scope lock, and its message is ignored.
        without.add(lease);
        await queue.complete(lease);
      }),

    forget: (lease) =>
      inTurn(async () => {
        without.delete(lease);
        if (keeper !== lease) return;
        keeper = undefined;
        await handOver();
      }),

    async renew(lease, options) {
      if (!without.has(lease)) return queue.renew(ownOf(lease), options);
      // Not waited for: a queue that is slow must not keep the scope lock from being renewed.
      if (!keeper) void sendMissing();
      return 'done';
    },
    complete: (lease) =>
      end(
        lease,
        async () => {},
        () => queue.complete(ownOf(lease)),
      ),
    release: (lease) =>
      end(
        lease,
        () => queue.enqueue(lease.task, { runId: lease.runId }),
        () => queue.release(ownOf(lease)),
      ),

    moveToPoison: (lease, reason) =>
      lease.kind === 'unreadable'
        ? queue.moveToPoison(lease, reason)
        : end(
            lease,
            () => queue.moveToPoison(lease, reason),
            () => queue.moveToPoison(ownOf(lease), reason),
          ),
  };
}
