import type { PollerState, PollerStates } from '../../shared/domain/ports/poller-states.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { planWaitMs, RETRY } from '../../shared/kernel/retry.ts';

export interface PollerDeps {
  pollers: Pick<PollerStates, 'get' | 'put'>;
  /** The wait after a first failure; 30 seconds unless said otherwise. */
  retryBaseMs?: number;
  /** Says that a poll succeeded: with a line `poll done` unless it is given. */
  reportDone?: (done: PollDone) => void;
  clock: Clock;
  log: Log;
}

/** A poll that succeeded. */
export interface PollDone extends PollResult {
  poller: string;
  /** Before it. */
  state: PollerState;
}

/** One poll of one poller. */
export interface PollerRun {
  startedAt: number;
  /** When the last poll that succeeded began; absent: none has yet. */
  lastSuccessAt?: number;
}

/** What a poll that succeeded found. */
export interface PollResult {
  /** For its log line. */
  counts: Record<string, number>;
  /** The parts it could not look at while the others were fine: projects of Jira, repositories of GitLab. */
  refused: string[];
}

/**
 * Runs one poll of the poller of this name, unless the back-off of its last failure still runs. A success is reported
 * and stored; a failure is logged and makes this poller alone wait, longer with each one in a row.
 * @throws {Error} what is not from the catalogue (a bug), and a `TaskError` of storage when the state cannot be kept.
 */
export async function runPoller(
  name: string,
  poll: (run: PollerRun) => Promise<PollResult>,
  { pollers, retryBaseMs, clock, log, reportDone = (done) => logDone(done, log) }: PollerDeps,
): Promise<void> {
  const state = await pollers.get(name);
  const startedAt = clock.now();
  if ((state.nextAllowedAt ?? 0) > startedAt) return;
  const { lastSuccessAt } = state;
  try {
    const result = await poll({ startedAt, ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }) });
    reportDone({ ...result, poller: name, state });
    await pollers.put(name, { failures: 0, lastSuccessAt: startedAt, ...listRefused(result) });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const next = backOff(state, error, { now: clock.now(), firstMs: retryBaseMs });
    log.warn('poll failed', { poller: name, failures: next.failures, error });
    await pollers.put(name, next);
  }
}

function logDone({ poller, counts, ...result }: PollDone, log: Log): void {
  log.info('poll done', { poller, ...counts, ...listRefused(result) });
}

/** Absent where there are none. */
export function listRefused({ refused }: Pick<PollResult, 'refused'>): { refused?: string[] } {
  return refused.length > 0 ? { refused: refused.toSorted() } : {};
}

/** The pause grows with each failure in a row; a longer `Retry-After` wins. */
function backOff(
  state: PollerState,
  error: TaskError,
  { now, firstMs }: { now: number; firstMs: number | undefined },
): PollerState {
  const failures = state.failures + 1;
  const waitMs = planWaitMs(RETRY.poll, failures, { retryAfterMs: error.retryAfterMs, firstMs }) ?? 0;
  return { ...state, failures, code: error.code, nextAllowedAt: now + waitMs };
}
