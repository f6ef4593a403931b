import type { ScopeLock, Scopes } from '../../shared/domain/ports/scopes.ts';
import type { MessageLease, TaskQueue } from '../../shared/domain/ports/task-queue.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { sleepUnlessAborted, waitAtMost } from '../../shared/kernel/waits.ts';
import type { LeaseTimes } from './lease-times.ts';

export interface HoldDeps {
  queue: TaskQueue;
  scopes: Scopes;
  clock: Clock;
  log: Log;
  times: LeaseTimes;
}

export interface Hold {
  /** Aborts with `claim-lost` when the message or the scope is no longer ours, or may not be. */
  lost: AbortSignal;
  /** Ends the renewals, waits for one under way (it changes the receipt), and gives the newest lock. */
  stop(): Promise<ScopeLock>;
}

/** Renews a message lease and its scope lock until stopped: one renewal at a time, message first. */
export function holdLease(message: MessageLease, firstLock: ScopeLock, heldSince: number, deps: HoldDeps): Hold {
  const { clock, log, times } = deps;
  const lost = new AbortController();
  const stopped = new AbortController();
  let lock = firstLock;
  let renewedAt = heldSince;

  const renew = async (): Promise<boolean> => {
    const startedAt = clock.now();
    if ((await deps.queue.renew(message, { visibilityTimeoutSeconds: times.visibilitySeconds })) === 'lost')
      return false;
    const longer = await deps.scopes.renew(lock, times.scopeLeaseMs);
    if (!longer) return false;
    lock = longer;
    renewedAt = startedAt;
    return true;
  };

  const lose = (reason: string) => {
    log.warn('message lease lost', { reason });
    lost.abort(new TaskError('claim-lost', { detail: reason }));
  };

  const run = async (): Promise<void> => {
    let waitMs = times.renewEveryMs;
    while (await sleepUnlessAborted(waitMs, clock, stopped.signal)) {
      const leftMs = renewedAt + times.loseAfterMs - clock.now();
      const renewal = renew().catch((error: unknown) => ({ error }));
      const renewed = await waitAtMost(leftMs, renewal, clock);
      const hasFailed = typeof renewed === 'object';
      if (hasFailed) log.warn('message lease not renewed', renewed);
      if (renewed === false) return lose('taken over');
      if (renewed === undefined || clock.now() >= renewedAt + times.loseAfterMs) return lose('storage did not answer');
      waitMs = hasFailed ? times.retryRenewalMs : times.renewEveryMs;
    }
  };

  const renewals = run();
  return {
    lost: lost.signal,
    async stop() {
      stopped.abort();
      await renewals;
      return lock;
    },
  };
}
