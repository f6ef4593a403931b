import type { OpenRun } from '../../domain/ports/run-ledger.ts';
import type { Watermarks } from '../../domain/ports/watermarks.ts';
import { MONTH_WAIT_REASONS } from '../../domain/runs/outcome.ts';
import { sha256 } from '../../kernel/sha256.ts';
import { utcDay } from '../../kernel/utc-day.ts';
import { type WakeDeps, wakeRuns } from './wake-runs.ts';

export interface RaiseDeps extends WakeDeps {
  watermarks: Pick<Watermarks, 'find' | 'advance'>;
  /** The budgets of months in force, as text. */
  describe: () => Promise<string>;
}

const NAME = 'month-budgets';

/**
 * Sends the runs again that wait for a month, once after each change of its budgets and once a day, and costs one read
 * while nothing has changed. Who may not begin yet waits again and has lost no attempt. The day is for what is seen
 * nowhere here: a price that was added, or runners that still had the settings of before.
 */
export async function wakeAfterRaise(open: readonly OpenRun[], deps: RaiseDeps): Promise<void> {
  const waiting = open.filter(({ parkedReason }) => MONTH_WAIT_REASONS.some((reason) => reason === parkedReason));
  if (waiting.length === 0) return;
  const { watermarks, clock, describe } = deps;
  const last = await watermarks.find(NAME);
  const inForce = `${utcDay(clock.now())} ${sha256(await describe())}`;
  if (last?.value === inForce || !(await watermarks.advance(NAME, inForce, last))) return;
  for (const { runId, parkedReason = '' } of waiting) await wakeRuns([runId], parkedReason, deps);
}
