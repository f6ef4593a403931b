import { type Clock, MINUTE, systemClock } from '../../shared/kernel/clock.ts';

/** Several times what one of these tests takes on a busy machine: few runs of a year wait, and those not for long. */
const TEST_MS = 3 * MINUTE;

/** As long as a hook may take that lets the turn before some tests pass. */
export const turnHookMs = (tests: number) => (tests + 1) * TEST_MS;

/**
 * Lets a turn of the calendar pass that could come before the next `tests` tests are over: what is counted by the day
 * or by the month would begin anew between two of their steps. Any other time it resolves at once.
 */
export async function passTurn(
  nextTurn: (now: number) => number,
  tests: number,
  clock: Clock = systemClock,
): Promise<void> {
  const turn = nextTurn(clock.now());
  if (turn - clock.now() > tests * TEST_MS) return;
  // A timer may ring a moment early.
  while (clock.now() < turn) await clock.sleep(turn - clock.now());
}
