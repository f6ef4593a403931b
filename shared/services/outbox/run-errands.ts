import type { Errands, OpenErrand } from '../../adapters/storage/tables/errands.ts';
import type { Errand } from '../../domain/runs/errand.ts';
import { type Patience, planPatience } from '../../domain/runs/patience.ts';
import { isGivenUp, MAX_FAILURES_IN_A_ROW, planPauseMs } from '../../domain/runs/plan-next-try.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/** Done and remembered; done, and nothing about it needs to be remembered; or not to be done yet. */
export type ErrandEnding = 'remember' | 'forget' | 'later';

export interface RunErrandsDeps {
  errands: Pick<Errands, 'listOpen' | 'take' | 'putOff' | 'finish' | 'forget'>;
  /** Does an errand; called again after a crash or a failure, so it must be safe to repeat. */
  perform: (errand: Errand) => Promise<ErrandEnding>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  patience?: Patience;
}

/**
 * Does the errands that wait; a timer runs it every minute. Of several at once each errand is done by one; what a crash left half done
 * is done again after three minutes. What fails is tried again, less and less often, for a week, unless what it is about is gone; it
 * stops no other, but when one after the other fails the rest waits for the next time.
 * @throws {TaskError} `storage-unavailable` when they cannot be listed.
 */
export async function runErrands(deps: RunErrandsDeps): Promise<{ done: number; failed: number }> {
  const report = { done: 0, failed: 0 };
  const now = deps.clock.now();
  const { tellingMs } = deps.patience ?? planPatience();
  const due = (await deps.errands.listOpen())
    .filter(({ takenUntil }) => takenUntil <= now)
    .sort((one, other) => one.takenUntil - other.takenUntil);
  let failedInARow = 0;
  for (const open of due) {
    const taken = await deps.errands.take(open, now + planPauseMs(open.tries + 1, tellingMs));
    if (!taken) continue;
    if (await runErrand(taken, now + tellingMs, deps)) {
      report.done += 1;
      failedInARow = 0;
    } else {
      report.failed += 1;
      failedInARow += 1;
    }
    if (failedInARow >= MAX_FAILURES_IN_A_ROW) break;
  }
  return report;
}

async function runErrand(
  open: OpenErrand,
  laterAt: number,
  { errands, perform, log }: RunErrandsDeps,
): Promise<boolean> {
  const { errand, tries } = open;
  try {
    const ending = await perform(errand);
    if (ending === 'later') {
      await errands.putOff(open, laterAt);
      return true;
    }
    await errands.finish(open);
    if (ending === 'forget') await errands.forget(errand);
    log.info('errand done', { ...errand });
    return true;
  } catch (error) {
    if (!isGivenUp(error, tries)) {
      log.warn('errand not done', { ...errand, tries, error });
      return false;
    }
    log.error('errand given up', { ...errand, tries, error });
    await errands.finish(open);
    return false;
  }
}
