import type { AnyMessageLease, LeaseEnding, MessageLease, TaskQueue } from '../../shared/domain/ports/task-queue.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { planWaitMs, RETRY } from '../../shared/kernel/retry.ts';
import type { LeaseTimes } from './lease-times.ts';
import type { MessageEnding } from './plan-settlement.ts';

export interface SettleDeps {
  queue: TaskQueue;
  clock: Clock;
  log: Log;
  times: LeaseTimes;
}

/**
 * The end of a message lease: the only place that completes, releases or poisons a message.
 *
 * It always comes last. Before it the ledger already says what became of the run, so that a crash here only brings the
 * message back to a runner that finds the run over and ends the message. `lost` is no failure: another runner has the
 * message and will find the same.
 */
export async function settle(
  message: AnyMessageLease,
  ending: MessageEnding,
  { queue, log }: Pick<SettleDeps, 'queue' | 'log'>,
): Promise<LeaseEnding> {
  const ended = await end(message, ending, queue);
  if (ended === 'lost') log.warn('message lease was lost before it ended', { word: ending.word });
  return ended;
}

/**
 * Puts a message whose run could not even be looked at back into the queue as a new one: this delivery was no attempt,
 * and only a new message forgets it. A crash in between leaves two messages of one run, and one of them is ignored.
 */
export async function settleUnbegun(message: MessageLease, { queue, log }: SettleDeps): Promise<void> {
  try {
    await queue.enqueue(message.task, { runId: message.runId });
    await queue.complete(message);
  } catch (error) {
    // The whole account is out of reach. Doing nothing is right: the message shows itself again in three minutes.
    log.warn('message not given back', { error });
  }
}

async function end(message: AnyMessageLease, ending: MessageEnding, queue: TaskQueue): Promise<LeaseEnding> {
  if (ending.word === 'poison' || message.kind === 'unreadable') {
    // The Functions host would do this for a queue it triggers on; ours has no trigger.
    return queue.moveToPoison(message, ending.word === 'poison' ? ending.reason : 'message-unreadable');
  }
  // A crash in between leaves two messages of one run, and one of them is ignored.
  if (ending.word === 'resend') await queue.enqueue(ending.task, { runId: message.runId });
  return ending.word === 'release' ? queue.release(message) : queue.complete(message);
}

/**
 * Repeats a settlement while storage does not answer, as long as the message is surely still ours. False when it never
 * answered: then nothing is the right word, because the message comes back by itself and its run is still `running`.
 */
export async function settleWithin(attempt: () => Promise<void>, { clock, log, times }: SettleDeps): Promise<boolean> {
  const startedAt = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      await attempt();
      return true;
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'storage-unavailable') throw error;
      const waitMs = planWaitMs(RETRY.settlement, tries) ?? RETRY.settlement.longestMs;
      if (clock.now() + waitMs > startedAt + times.settleWithinMs) {
        log.error('run not settled', { error });
        return false;
      }
      log.warn('settling again', { error });
      await clock.sleep(waitMs);
    }
  }
}
