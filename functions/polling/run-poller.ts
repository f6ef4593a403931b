import type { PollerState, PollerStates } from '../../shared/domain/ports/poller-states.ts';
import { type Clock, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';

export interface PollerDeps {
  pollers: Pick<PollerStates, 'get' | 'put'>;
  /** The wait after a first failure; 30 seconds unless said otherwise. */
  retryBaseMs?: number;
  clock: Clock;
  log: Log;
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
 * Runs one poll of the poller of this name, unless the back-off of its last failure still runs. A success is logged and
 * stored; a failure is logged and makes this poller alone wait, longer with each one in a row.
 * @throws {Error} what is not from the catalogue (a bug), and a `TaskError` of storage when the state cannot be kept.
 */
export async function runPoller(
  name: string,
  poll: (run: PollerRun) => Promise<PollResult>,
  { pollers, retryBaseMs, clock, log }: PollerDeps,
): Promise<void> {
  const state = await pollers.get(name);
  const startedAt = clock.now();
  if ((state.nextAllowedAt ?? 0) > startedAt) return;
  const { lastSuccessAt } = state;
  try {
    const { counts, refused } = await poll({ startedAt, ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }) });
    const parts = refused.length > 0 ? { refused: refused.toSorted() } : {};
    log.info('poll done', { poller: name, ...counts, ...parts });
    await pollers.put(name, { failures: 0, lastSuccessAt: startedAt, ...parts });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const next = backOff(state, error, {
      now: clock.now(),
      ...(retryBaseMs === undefined ? {} : { baseMs: retryBaseMs }),
    });
    log.warn('poll failed', { poller: name, failures: next.failures, error });
    await pollers.put(name, next);
  }
}

const BASE_DELAY_MS = 30 * SECOND;
const MAX_DELAY_MS = 5 * MINUTE;

/** Doubles from `baseMs` (30 s) to 5 min; a `Retry-After` that is longer wins. */
function backOff(
  state: PollerState,
  error: TaskError,
  { now, baseMs = BASE_DELAY_MS }: { now: number; baseMs?: number },
): PollerState {
  const failures = state.failures + 1;
  const delayMs = Math.min(MAX_DELAY_MS, baseMs * 2 ** (failures - 1));
  return {
    ...state,
    failures,
    code: error.code,
    nextAllowedAt: now + Math.max(delayMs, error.retryAfterMs ?? 0),
  };
}
