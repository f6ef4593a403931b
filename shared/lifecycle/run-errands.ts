import type { Clock } from '../clock.ts';
import { describeError, TaskError } from '../errors.ts';
import type { Errands, OpenErrand } from '../state/errands.ts';
import type { Errand } from '../tasks/errand.ts';
import type { Log } from '../telemetry/log.ts';
import { type Patience, planPatience } from './patience.ts';

/** Done and remembered; done, and nothing about it needs to be remembered; or not to be done yet. */
export type ErrandEnding = 'remember' | 'forget' | 'later';

export interface RunErrandsDeps {
  errands: Pick<Errands, 'listOpen' | 'take' | 'finish' | 'forget'>;
  /** Does an errand; called again after a crash or a failure, so it must be safe to repeat. */
  perform: (errand: Errand) => Promise<ErrandEnding>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  patience?: Patience;
}

const MAX_TRIES = 30;

/**
 * Does the errands that wait; a timer runs it every minute. Of several at once each errand is done by one; what a crash left half done
 * is done again after three minutes. One errand that fails does not stop the others: it is tried again unless that cannot help.
 * @throws {TaskError} `storage-unavailable` when they cannot be listed.
 */
export async function runErrands(deps: RunErrandsDeps): Promise<{ done: number; failed: number }> {
  const report = { done: 0, failed: 0 };
  const now = deps.clock.now();
  const { tellingMs } = deps.patience ?? planPatience();
  const due = (await deps.errands.listOpen()).filter(({ takenUntil }) => takenUntil <= now);
  for (const open of due) {
    const taken = await deps.errands.take(open, now + tellingMs);
    if (!taken) continue;
    if (await runErrand(taken, deps)) report.done += 1;
    else report.failed += 1;
  }
  return report;
}

async function runErrand(open: OpenErrand, { errands, perform, log }: RunErrandsDeps): Promise<boolean> {
  const { errand, tries } = open;
  try {
    const ending = await perform(errand);
    // Nobody looks at it again until the time it was taken for is over.
    if (ending === 'later') return true;
    await errands.finish(open);
    if (ending === 'forget') await errands.forget(errand);
    log.info('errand done', { ...errand });
    return true;
  } catch (error) {
    const hopeless = !(error instanceof TaskError) || !describeError(error.code).retry;
    if (!hopeless && tries < MAX_TRIES) {
      log.warn('errand not done', { ...errand, tries, error });
      return false;
    }
    log.error('errand given up', { ...errand, tries, error });
    await errands.finish(open);
    return false;
  }
}
