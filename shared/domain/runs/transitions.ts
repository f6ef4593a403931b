import type { RunState } from './run.ts';

const NEXT: Record<RunState, readonly RunState[]> = {
  planned: ['planned', 'queued', 'running', 'parked', 'failed', 'superseded', 'cancelled'],
  queued: ['planned', 'queued', 'running', 'parked', 'failed', 'superseded', 'cancelled'],
  running: ['planned', 'queued', 'running', 'parked', 'done', 'failed', 'superseded', 'cancelled'],
  parked: ['planned', 'running', 'parked', 'failed', 'superseded', 'cancelled'],
  done: [],
  failed: [],
  superseded: [],
  cancelled: [],
};

/**
 * Whether a run may go from one state to another. `planned` always means "a queue message must still be sent": a parked
 * run that is due and a run whose runner vanished go back to it, so that a crash in between is repaired in one place.
 */
export function canMove(from: RunState, to: RunState): boolean {
  return NEXT[from].includes(to);
}
