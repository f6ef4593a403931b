import type { OpenRun } from '../../domain/ports/run-ledger.ts';
import type { WaitingMessages } from '../../domain/ports/task-queue.ts';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { isFinal } from '../../domain/runs/run.ts';
import { SECOND } from '../../kernel/clock.ts';

/** What one sweep saw, before it does anything. */
export interface SweepView {
  now: number;
  run: OpenRun;
  /** Of the queue its message is sent to. */
  depth: WaitingMessages;
  /** When the run's own lock on its scope ends; absent when it has none. */
  lockExpiresAt?: number;
  repairTimeouts?: RepairTimeouts;
}

/** `send` starts it again with the reason; `notify` notifies the waiting person; `leave` is all right as it is. */
export type SweepPlan = { action: 'leave' } | { action: 'notify' } | { action: 'send'; reason: SweepReason };

type SweepReason = 'planned-too-long' | 'due' | 'message-gone' | 'runner-gone';

/** By how much the clocks of two of our machines may differ. */
export const CLOCK_SKEW_MS = 10 * SECOND;

/** Decides what an open run needs. The clearest sign wins: an empty queue cannot hold its message. */
export function planSweep(view: SweepView): SweepPlan {
  const { run, now, depth, repairTimeouts = planRepairTimeouts() } = view;
  if (isFinal(run.state)) return (run.notifyAfter ?? 0) <= now ? { action: 'notify' } : leave();
  const age = now - run.updatedAt;
  switch (run.state) {
    case 'planned':
      return age >= repairTimeouts.plannedMs ? send('planned-too-long') : leave();
    case 'parked':
      return (run.parkedUntil ?? 0) <= now ? send('due') : leave();
    case 'queued':
      return isMessageGone(age, run.updatedAt, depth, repairTimeouts) ? send('message-gone') : leave();
    default:
      return isRunnerGone(view, age, repairTimeouts) ? send('runner-gone') : leave();
  }
}

function isMessageGone(
  age: number,
  updatedAt: number,
  { count, oldestAt }: WaitingMessages,
  repairTimeouts: RepairTimeouts,
): boolean {
  if (count === 0) return age >= repairTimeouts.settledMs;
  const isBehindUs = oldestAt === undefined || oldestAt > updatedAt + repairTimeouts.outOfOrderMs;
  return age >= repairTimeouts.queuedMs && isBehindUs;
}

function isRunnerGone(
  { run, now, depth, lockExpiresAt }: SweepView,
  age: number,
  repairTimeouts: RepairTimeouts,
): boolean {
  const lapsedMs = now - (lockExpiresAt ?? run.updatedAt) - CLOCK_SKEW_MS;
  if (lapsedMs < 0) return false;
  // No message will bring it back, so there is none to wait for.
  if (depth.count === 0 || run.withoutMessage) return age >= repairTimeouts.settledMs;
  return lapsedMs >= repairTimeouts.lapsedMs;
}

function send(reason: SweepReason): SweepPlan {
  return { action: 'send', reason };
}

function leave(): SweepPlan {
  return { action: 'leave' };
}
