import { SECOND } from '../../shared/kernel/clock.ts';

/** The times of a message lease, all derived from one, because they only make sense together. */
export interface LeaseTimes {
  /** Whole seconds: the service knows no smaller ones. */
  visibilitySeconds: number;
  /** Shorter than the message's, so that the runner that finds the message again finds the scope free. */
  scopeLeaseMs: number;
  renewEveryMs: number;
  /** Between two tries of a renewal that failed. */
  retryRenewalMs: number;
  /** Without a renewal for this long the scope may soon be another runner's. */
  loseAfterMs: number;
  /** How long an ending is tried: renewals have stopped by then and were `renewEveryMs` apart. */
  settleWithinMs: number;
}

/** For a lease of 180 seconds: scope 150, renewal each 60, retried each 5, lost after 135, settled within 80. */
export function planLeaseTimes(leaseMs: number): LeaseTimes {
  return {
    visibilitySeconds: Math.max(1, Math.round(leaseMs / SECOND)),
    scopeLeaseMs: Math.round((leaseMs * 5) / 6),
    renewEveryMs: Math.round(leaseMs / 3),
    retryRenewalMs: Math.round(leaseMs / 36),
    loseAfterMs: Math.round((leaseMs * 3) / 4),
    settleWithinMs: Math.round((leaseMs * 4) / 9),
  };
}
