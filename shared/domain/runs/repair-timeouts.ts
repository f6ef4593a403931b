import { MINUTE } from '../../kernel/clock.ts';

/** How long things may look wrong before they are repaired. */
export interface RepairTimeouts {
  /**
   * A run planned for longer was left behind by a crash; a younger one is being sent by the process that planned it.
   */
  plannedMs: number;
  /** A message counts as gone from an empty queue only after the counters had time to settle. */
  settledMs: number;
  /**
   * A lapsed message shows itself again half a minute after its run's lease; this is well past that and any short
   * backlog.
   */
  lapsedMs: number;
  queuedMs: number;
  /** Queues are roughly in order: a message this much younger than ours means that ours is not waiting any more. */
  outOfOrderMs: number;
  /** How long one process may take for a notification or an outbox entry before another one may try. */
  notificationMs: number;
  /** A run that waits for a scope is woken at its release; this is for a release that never comes. */
  scopeWaitMs: number;
}

export const DEFAULT_REPAIR_TIMEOUT_MS = 2 * MINUTE;

/**
 * All derived from one, because they only make sense together. For two minutes: 60 s, 2 min, 5 min, 15 min, 5 min, 3
 * min, 10 min.
 */
export function planRepairTimeouts(ms: number = DEFAULT_REPAIR_TIMEOUT_MS): RepairTimeouts {
  return {
    plannedMs: Math.round(ms / 2),
    settledMs: ms,
    lapsedMs: Math.round(ms * 2.5),
    queuedMs: Math.round(ms * 7.5),
    outOfOrderMs: Math.round(ms * 2.5),
    notificationMs: Math.round(ms * 1.5),
    scopeWaitMs: ms * 5,
  };
}
