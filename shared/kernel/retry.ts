import { type Clock, HOUR, MINUTE, SECOND } from './clock.ts';
import { TaskError } from './errors.ts';

/** How often and after which pauses something is tried again. */
export interface RetryPolicy {
  /** Tries, the first included. Absent where the caller counts them, or where only a deadline ends them. */
  maxAttempts?: number;
  firstMs: number;
  /** Each pause is this many times the one before. */
  factor: number;
  /** So many pauses have the length of the first before they grow; one unless given. */
  steadyPauses?: number;
  longestMs: number;
  /**
   * `extend`: the wait that a service asks for lengthens ours. `replace`: it stands instead of ours, also where it is
   * shorter.
   */
  asked: 'extend' | 'replace';
  /** A service may not ask for more: then the wait is cut to this, or, with `stop`, there is no further try. */
  longestAsked: { ms: number; beyond: 'cut' | 'stop' };
  /** All pauses together; more of them are not waited for. */
  longestTotalMs?: number;
}

const ANY = { ms: 6 * HOUR, beyond: 'cut' } as const;
const WITHIN_A_MINUTE = { ms: 1 * MINUTE, beyond: 'stop' } as const;
/** What will be there in a moment is looked for at even pauses. */
const LOOK = { factor: 1, asked: 'extend', longestAsked: ANY } as const;
const REQUEST = { firstMs: 1 * SECOND, factor: 2, longestMs: 1 * MINUTE, asked: 'replace' } as const;

/** Every retry of the product, by what is tried. */
export const RETRY = {
  /** A run that is parked; its attempts are a setting. */
  run: { firstMs: 30 * SECOND, factor: 2, longestMs: 15 * MINUTE, asked: 'extend', longestAsked: ANY },
  /** A notification or an outbox entry. Most trouble is over within half an hour; 180 tries take a week. */
  notification: {
    maxAttempts: 180,
    firstMs: 3 * MINUTE,
    factor: 2,
    steadyPauses: 10,
    longestMs: 1 * HOUR,
    asked: 'extend',
    longestAsked: ANY,
  },
  /** A poller whose service is away. */
  poll: { firstMs: 30 * SECOND, factor: 2, longestMs: 5 * MINUTE, asked: 'extend', longestAsked: ANY },
  /** A project map that cannot be used. */
  map: { firstMs: 1 * SECOND, factor: 2, longestMs: 1 * MINUTE, asked: 'extend', longestAsked: ANY },
  gitlabRequest: { ...REQUEST, maxAttempts: 4, longestAsked: WITHIN_A_MINUTE },
  jiraRequest: { ...REQUEST, maxAttempts: 5, longestAsked: WITHIN_A_MINUTE, longestTotalMs: 1 * MINUTE },
  /** Tried by the client of Azure itself, which takes its numbers from here. */
  vaultRead: {
    maxAttempts: 4,
    firstMs: SECOND / 2,
    factor: 2,
    longestMs: 4 * SECOND,
    asked: 'extend',
    longestAsked: WITHIN_A_MINUTE,
  },
  modelCall: { ...REQUEST, maxAttempts: 4, longestMs: 30 * SECOND, longestAsked: { ms: 30 * SECOND, beyond: 'stop' } },
  /** A row that another writer changed between our reading and our writing; jittered by `compareAndSet`. */
  rowUpdate: { maxAttempts: 20, firstMs: 20, factor: 2, longestMs: 1 * SECOND, asked: 'extend', longestAsked: ANY },
  /** A run that is being parked by another process at this moment. */
  wake: { ...LOOK, maxAttempts: 5, firstMs: SECOND / 2, longestMs: SECOND / 2 },
  /** The commits of a diff, which GitLab computes a moment after a push. */
  diffRefs: { ...LOOK, maxAttempts: 10, firstMs: 2 * SECOND, longestMs: 2 * SECOND },
  /** The end of a run, while storage does not answer; the lease of its message ends the tries. */
  settlement: { firstMs: 1 * SECOND, factor: 2, longestMs: 15 * SECOND, asked: 'extend', longestAsked: ANY },
  clone: { maxAttempts: 3, firstMs: SECOND, factor: 4, longestMs: 4 * SECOND, asked: 'extend', longestAsked: ANY },
  fetch: { maxAttempts: 3, firstMs: SECOND / 2, factor: 3, longestMs: 2 * SECOND, asked: 'extend', longestAsked: ANY },
  /** The record of refused work, while storage does not answer: without it the work is there and cannot be used. */
  refusedRecord: {
    maxAttempts: 6,
    firstMs: 1 * SECOND,
    factor: 2,
    longestMs: 8 * SECOND,
    asked: 'extend',
    longestAsked: ANY,
  },
  /** Another attempt of the run would have the agent do its work again, so a push is waited for a little longer. */
  push: {
    maxAttempts: 4,
    firstMs: 1 * SECOND,
    factor: 4,
    longestMs: 15 * SECOND,
    asked: 'extend',
    longestAsked: WITHIN_A_MINUTE,
  },
} as const satisfies Record<string, RetryPolicy>;

/** What one caller knows beyond the policy. */
export interface WaitOptions {
  /** What the service asked for. */
  retryAfterMs?: number | undefined;
  /** Another first pause, where a setting gives it; the longest one shrinks with it and never grows. */
  firstMs?: number | undefined;
}

/** Milliseconds to wait after the try of this number (from 1), or `undefined` where there is no further try. */
export function planWaitMs(
  policy: RetryPolicy,
  attempt: number,
  { retryAfterMs, firstMs = policy.firstMs }: WaitOptions = {},
): number | undefined {
  if (policy.maxAttempts !== undefined && attempt >= policy.maxAttempts) return undefined;
  const longestMs = policy.longestMs * Math.min(1, firstMs / policy.firstMs);
  const own = Math.min(longestMs, firstMs * policy.factor ** Math.max(0, attempt - (policy.steadyPauses ?? 1)));
  if (retryAfterMs === undefined) return own;
  const { ms, beyond } = policy.longestAsked;
  if (retryAfterMs > ms && beyond === 'stop') return undefined;
  const askedMs = Math.min(retryAfterMs, ms);
  return policy.asked === 'replace' ? askedMs : Math.max(own, askedMs);
}

export interface RetryOptions {
  policy: RetryPolicy;
  clock: Pick<Clock, 'sleep'>;
  /** Whether another try can help. */
  isTransient: (error: unknown) => boolean;
  /** Called before each pause. */
  onWait?: (wait: { attempt: number; waitMs: number; error: unknown }) => void;
}

/**
 * Tries `work` until it succeeds, fails for good, or the policy allows no further try. A `TaskError` carries the wait
 * that the service asked for.
 * @throws what the last try threw; after an abort, the signal's reason.
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  { policy, clock, isTransient, onWait }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const retryAfterMs = error instanceof TaskError ? error.retryAfterMs : undefined;
      const waitMs = isTransient(error) ? planWaitMs(policy, attempt, { retryAfterMs }) : undefined;
      if (waitMs === undefined || waitedMs + waitMs > (policy.longestTotalMs ?? Number.POSITIVE_INFINITY)) throw error;
      onWait?.({ attempt, waitMs, error });
      await clock.sleep(waitMs, signal);
      waitedMs += waitMs;
    }
  }
}
