import type { OpenRun } from '../../domain/ports/run-ledger.ts';
import type { QueueDepth } from '../../domain/ports/task-queue.ts';
import { type Patience, planPatience } from '../../domain/runs/patience.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { SECOND } from '../../kernel/clock.ts';

/** What one sweep saw, before it does anything. */
export interface SweepView {
  now: number;
  run: OpenRun;
  depth: QueueDepth;
  /** When the run's own lease on its scope ends; absent when it has none. */
  leaseExpiresAt?: number;
  patience?: Patience;
}

/** `send` starts it again with the reason; `tell` tells the waiting person; `leave` is all right as it is. */
export type SweepPlan = { action: 'leave' } | { action: 'tell' } | { action: 'send'; reason: SweepReason };

type SweepReason = 'planned-too-long' | 'due' | 'message-gone' | 'runner-gone';

const CLOCK_SKEW_MS = 10 * SECOND;

/** Decides what an open run needs. The clearest sign wins: an empty queue cannot hold its message. */
export function planSweep(view: SweepView): SweepPlan {
  const { run, now, depth, patience = planPatience() } = view;
  if (isFinal(run.state)) return (run.tellAfter ?? 0) <= now ? { action: 'tell' } : leave();
  const age = now - run.updatedAt;
  switch (run.state) {
    case 'planned':
      return age >= patience.plannedMs ? send('planned-too-long') : leave();
    case 'parked':
      return (run.parkedUntil ?? 0) <= now ? send('due') : leave();
    case 'queued':
      return isMessageGone(age, run.updatedAt, depth, patience) ? send('message-gone') : leave();
    default:
      return isRunnerGone(view, age, patience) ? send('runner-gone') : leave();
  }
}

function isMessageGone(age: number, updatedAt: number, { count, oldestAt }: QueueDepth, patience: Patience): boolean {
  if (count === 0) return age >= patience.settledMs;
  const isBehindUs = oldestAt === undefined || oldestAt > updatedAt + patience.outOfOrderMs;
  return age >= patience.queuedMs && isBehindUs;
}

function isRunnerGone({ run, now, depth, leaseExpiresAt }: SweepView, age: number, patience: Patience): boolean {
  const lapsedMs = now - (leaseExpiresAt ?? run.updatedAt) - CLOCK_SKEW_MS;
  if (lapsedMs < 0) return false;
  if (depth.count === 0) return age >= patience.settledMs;
  return lapsedMs >= patience.lapsedMs;
}

function send(reason: SweepReason): SweepPlan {
  return { action: 'send', reason };
}

function leave(): SweepPlan {
  return { action: 'leave' };
}
