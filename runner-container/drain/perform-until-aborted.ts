import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { describeError, TaskError } from '../../shared/kernel/errors.ts';
import type { RunContext } from '../perform/run/run-context.ts';
import { waitForAbort } from './abort-signals.ts';

/** Does the work of one run. Never throws: every ending is an `Outcome`. Ends soon after the signal aborts. */
export type Perform = (context: RunContext, signal: AbortSignal) => Promise<Outcome>;

/** `undefined` when the work goes on although it was aborted. */
export async function performUntilAborted(
  context: RunContext,
  signal: AbortSignal,
  deps: { perform: Perform; clock: Clock; graceMs: number },
): Promise<Outcome | undefined> {
  const ended = new AbortController();
  const unresponsive = async (): Promise<undefined> => {
    await waitForAbort(signal, ended.signal);
    // After an abort this long is left for the work to notice.
    await deps.clock.sleep(deps.graceMs / 4, ended.signal);
    context.log.error('work did not end when aborted');
    return undefined;
  };
  try {
    return await Promise.race([performSafely(context, signal, deps), unresponsive()]);
  } finally {
    ended.abort();
  }
}

/** `perform` promises not to throw; when it does, a named error is what it says and anything else is a bug. */
async function performSafely(
  context: RunContext,
  signal: AbortSignal,
  { perform }: { perform: Perform },
): Promise<Outcome> {
  try {
    return await perform(context, signal);
  } catch (error) {
    context.log.error('perform threw', { error });
    if (!(error instanceof TaskError)) return { kind: 'give-up', code: 'unexpected' };
    const { code, detail, retryAfterMs } = error;
    const about = detail === undefined ? {} : { detail };
    if (!describeError(code).retry) return { kind: 'give-up', code, ...about };
    return { kind: 'retry', code, ...about, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}
