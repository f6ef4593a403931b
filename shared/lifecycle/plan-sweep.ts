import { MINUTE, SECOND } from '../clock.ts';
import type { QueueDepth } from '../queue/task-queue.ts';
import { isFinal, type Run } from '../tasks/run.ts';
import { PLANNED_TOO_LONG_MS } from './admit-task.ts';

/** What one sweep saw, before it does anything. */
export interface SweepView {
  now: number;
  run: Run;
  depth: QueueDepth;
  /** When the run's own lease on its scope ends; absent when it has none. */
  leaseExpiresAt?: number;
}

/** `send` starts it again with the reason; `tell` tells the waiting person; `leave` is all right as it is. */
export type SweepPlan = { action: 'leave' } | { action: 'tell' } | { action: 'send'; reason: SweepReason };

type SweepReason = 'planned-too-long' | 'due' | 'message-gone' | 'runner-gone';

/** A message counts as gone from an empty queue only after the counters had time to settle. */
const SETTLED_MS = 2 * MINUTE;
/** A lapsed message shows itself again half a minute after its run's lease; this is well past that and any short backlog. */
const LAPSED_MS = 5 * MINUTE;
const QUEUED_TOO_LONG_MS = 15 * MINUTE;
/** Queues are roughly in order: a message this much younger than ours means that ours is not waiting any more. */
const OUT_OF_ORDER_MS = 5 * MINUTE;
const CLOCK_SKEW_MS = 10 * SECOND;

/** Decides what an open run needs. The clearest sign wins: an empty queue cannot hold its message. */
export function planSweep(view: SweepView): SweepPlan {
  const { run, now, depth } = view;
  if (isFinal(run.state)) return { action: 'tell' };
  const age = now - run.updatedAt;
  switch (run.state) {
    case 'planned':
      return age >= PLANNED_TOO_LONG_MS ? send('planned-too-long') : leave();
    case 'parked':
      return (run.parkedUntil ?? 0) <= now ? send('due') : leave();
    case 'queued':
      return isMessageGone(age, run.updatedAt, depth) ? send('message-gone') : leave();
    default:
      return isRunnerGone(view, age) ? send('runner-gone') : leave();
  }
}

function isMessageGone(age: number, updatedAt: number, { count, oldestAt }: QueueDepth): boolean {
  if (count === 0) return age >= SETTLED_MS;
  const isBehindUs = oldestAt === undefined || oldestAt > updatedAt + OUT_OF_ORDER_MS;
  return age >= QUEUED_TOO_LONG_MS && isBehindUs;
}

function isRunnerGone({ run, now, depth, leaseExpiresAt }: SweepView, age: number): boolean {
  const lapsedMs = now - (leaseExpiresAt ?? run.updatedAt) - CLOCK_SKEW_MS;
  if (lapsedMs < 0) return false;
  if (depth.count === 0) return age >= SETTLED_MS;
  return lapsedMs >= LAPSED_MS;
}

function send(reason: SweepReason): SweepPlan {
  return { action: 'send', reason };
}

function leave(): SweepPlan {
  return { action: 'leave' };
}
