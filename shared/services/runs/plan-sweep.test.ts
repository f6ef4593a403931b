import { describe, expect, it } from 'vitest';

import { aRun } from '../../../test/builders/runs.ts';
import type { OpenRun } from '../../domain/ports/run-ledger.ts';
import type { QueueDepth } from '../../domain/ports/task-queue.ts';
import { planRepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { planSweep, type SweepPlan, type SweepView } from './plan-sweep.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const EMPTY: QueueDepth = { count: 0, poisonCount: 0 };

/** What is done about a run that was changed last so long ago. */
function plan(age: number, run: Partial<OpenRun>, seen: Partial<SweepView> = {}): string {
  const planned = planSweep({ now: NOW, depth: EMPTY, run: { ...aRun({ updatedAt: NOW - age }), ...run }, ...seen });
  return planned.action === 'send' ? planned.reason : planned.action;
}

/** A queue whose oldest waiting message came so long after the run was changed, for a run of this age. */
const backlog = (age: number, after: number): QueueDepth => ({ count: 3, oldestAt: NOW - age + after, poisonCount: 0 });
const ALL_LEASED: QueueDepth = { count: 3, poisonCount: 0 };

describe('a run that has ended', () => {
  it.each<{ name: string; notifyAfter: Partial<OpenRun>; action: SweepPlan['action'] }>([
    { name: 'that no process has notified of', notifyAfter: {}, action: 'notify' },
    { name: 'whose next try is due', notifyAfter: { notifyAfter: NOW }, action: 'notify' },
    { name: 'whose next try is later', notifyAfter: { notifyAfter: NOW + 1 }, action: 'leave' },
  ])('$name: $action', ({ notifyAfter, action }) => {
    for (const state of ['done', 'failed', 'superseded', 'cancelled'] as const)
      expect(plan(DAY, { state, ...notifyAfter })).toBe(action);
  });
});

describe('a run that is planned or parked', () => {
  it.each<{ name: string; age: number; run: Partial<OpenRun>; what: string }>([
    { name: 'planned just now', age: 0, run: { state: 'planned' }, what: 'leave' },
    { name: 'planned for almost a minute', age: MINUTE - 1, run: { state: 'planned' }, what: 'leave' },
    { name: 'planned for a minute', age: MINUTE, run: { state: 'planned' }, what: 'planned-too-long' },
    { name: 'parked until later', age: DAY, run: { state: 'parked', parkedUntil: NOW + 1 }, what: 'leave' },
    { name: 'parked until now', age: 0, run: { state: 'parked', parkedUntil: NOW }, what: 'due' },
    { name: 'parked without a time', age: 0, run: { state: 'parked' }, what: 'due' },
  ])('$name: $what', ({ age, run, what }) => {
    expect(plan(age, run)).toBe(what);
    expect(plan(age, run, { depth: ALL_LEASED })).toBe(what);
  });
});

describe('a queued run', () => {
  it.each<{ name: string; age: number; depth: QueueDepth; what: string }>([
    { name: 'with an empty queue that may be read too early', age: 2 * MINUTE - 1, depth: EMPTY, what: 'leave' },
    { name: 'with an empty queue', age: 2 * MINUTE, depth: EMPTY, what: 'message-gone' },
    { name: 'while runners have every message', age: 15 * MINUTE - 1, depth: ALL_LEASED, what: 'leave' },
    { name: 'while runners have every message, for long', age: 15 * MINUTE, depth: ALL_LEASED, what: 'message-gone' },
    { name: 'behind older messages', age: HOUR, depth: backlog(HOUR, -1), what: 'leave' },
    { name: 'among messages of its age', age: HOUR, depth: backlog(HOUR, 5 * MINUTE), what: 'leave' },
    { name: 'before younger messages only', age: HOUR, depth: backlog(HOUR, 5 * MINUTE + 1), what: 'message-gone' },
    {
      name: 'before younger messages, which is too early to tell',
      age: 15 * MINUTE - 1,
      depth: backlog(15 * MINUTE - 1, 6 * MINUTE),
      what: 'leave',
    },
  ])('$name: $what', ({ age, depth, what }) => {
    expect(plan(age, { state: 'queued' }, { depth })).toBe(what);
  });
});

describe('a running run', () => {
  it.each<{ name: string; age: number; lock?: number; depth: QueueDepth; what: string }>([
    { name: 'that holds its scope', age: HOUR, lock: NOW + MINUTE, depth: EMPTY, what: 'leave' },
    { name: 'whose lock ended by another clock', age: HOUR, lock: NOW - 10 * SECOND + 1, depth: EMPTY, what: 'leave' },
    { name: 'whose lock has ended', age: HOUR, lock: NOW - 10 * SECOND, depth: EMPTY, what: 'runner-gone' },
    { name: 'whose lock has ended just after it began', age: 2 * MINUTE - 1, lock: 0, depth: EMPTY, what: 'leave' },
    { name: 'whose lock has ended, after two minutes', age: 2 * MINUTE, lock: 0, depth: EMPTY, what: 'runner-gone' },
    { name: 'without a lock, just changed', age: 2 * MINUTE - 1, depth: EMPTY, what: 'leave' },
    { name: 'without a lock', age: 2 * MINUTE, depth: EMPTY, what: 'runner-gone' },
    {
      name: 'whose message may come back from between others',
      age: HOUR,
      lock: NOW - 5 * MINUTE - 10 * SECOND + 1,
      depth: ALL_LEASED,
      what: 'leave',
    },
    {
      name: 'whose message has not come back from between others',
      age: HOUR,
      lock: NOW - 5 * MINUTE - 10 * SECOND,
      depth: ALL_LEASED,
      what: 'runner-gone',
    },
    {
      name: 'without a lock, changed within five minutes, in a backlog',
      age: 5 * MINUTE + 10 * SECOND - 1,
      depth: ALL_LEASED,
      what: 'leave',
    },
    {
      name: 'without a lock, in a backlog',
      age: 5 * MINUTE + 10 * SECOND,
      depth: ALL_LEASED,
      what: 'runner-gone',
    },
  ])('$name: $what', ({ age, lock, depth, what }) => {
    const held = lock === undefined ? {} : { lockExpiresAt: lock };
    expect(plan(age, { state: 'running' }, { depth, ...held })).toBe(what);
  });

  it.each<{ name: string; age: number; lock: number; what: string }>([
    { name: 'that holds its scope', age: HOUR, lock: NOW + MINUTE, what: 'leave' },
    { name: 'whose lock ended by another clock', age: HOUR, lock: NOW - 10 * SECOND + 1, what: 'leave' },
    { name: 'whose lock has ended', age: HOUR, lock: NOW - 10 * SECOND, what: 'runner-gone' },
    { name: 'whose lock has ended just after it began', age: 2 * MINUTE - 1, lock: 0, what: 'leave' },
  ])('without a message, $name: $what, as no message can come back', ({ age, lock, what }) => {
    const view = { depth: ALL_LEASED, lockExpiresAt: lock };
    expect(plan(age, { state: 'running', withoutMessage: true }, view)).toBe(what);
  });
});

it('waits as long as a setting says', () => {
  const repairTimeouts = planRepairTimeouts(20 * MINUTE);
  expect(plan(10 * MINUTE - 1, { state: 'planned' }, { repairTimeouts })).toBe('leave');
  expect(plan(10 * MINUTE, { state: 'planned' }, { repairTimeouts })).toBe('planned-too-long');
  expect(plan(20 * MINUTE - 1, { state: 'queued' }, { repairTimeouts })).toBe('leave');
  expect(plan(20 * MINUTE, { state: 'queued' }, { repairTimeouts })).toBe('message-gone');
});
