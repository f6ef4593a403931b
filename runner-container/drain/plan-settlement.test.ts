import { describe, expect, it } from 'vitest';
import type { Run } from '../../shared/domain/runs/run.ts';
import { aRun } from '../../test/builders/runs.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { countOwnAttempts, type Ending, planSettlement } from './plan-settlement.ts';

const COMPLETE = { word: 'complete' };
const options = { now: 1000, maxAttempts: 5 };

const aLateRun = ({ outages, ...overrides }: Partial<Run> & { outages?: number } = {}) => ({
  ...aRun({ attempt: 4, ...overrides }),
  ...(outages === undefined ? {} : { outages }),
});

describe('what is written, and what becomes of the message', () => {
  const tooMany = { state: 'failed', reason: 'too-many-attempts', code: 'too-many-attempts' };

  it.each<{ name: string; run?: Partial<Run>; ending: Ending; settlement: object }>([
    {
      name: 'done',
      ending: { kind: 'done', result: { what: 'echo' } },
      settlement: { change: { state: 'done', result: { what: 'echo' }, notified: true }, message: COMPLETE },
    },
    {
      name: 'superseded, of which no person is notified',
      ending: { kind: 'superseded', reason: 'newer-head' },
      settlement: {
        change: { state: 'superseded', reason: 'superseded', detail: 'newer-head', notified: true },
        message: COMPLETE,
      },
    },
    {
      name: 'given up',
      ending: { kind: 'give-up', code: 'push-rejected' },
      settlement: { change: { state: 'failed', reason: 'push-rejected', code: 'push-rejected' }, message: COMPLETE },
    },
    {
      name: 'given up with a detail',
      ending: { kind: 'give-up', code: 'push-rejected', detail: 'main' },
      settlement: {
        change: { state: 'failed', reason: 'push-rejected', code: 'push-rejected', detail: 'main' },
        message: COMPLETE,
      },
    },
    {
      name: 'interrupted, which gives the message back',
      ending: { kind: 'interrupted' },
      settlement: {
        change: { state: 'queued', reason: 'interrupted', attempt: 3, interruptions: 1 },
        message: { word: 'release' },
      },
    },
    {
      name: 'for the default image, which is sent it as a first attempt',
      run: { task: aCodingTask({ image: 'python' }) },
      ending: { kind: 'move' },
      settlement: {
        change: { state: 'queued', reason: 'other-image', attempt: 3, task: aCodingTask() },
        message: { word: 'resend', task: aCodingTask() },
      },
    },
    {
      name: 'for another image, which is sent it',
      run: { task: aCodingTask() },
      ending: { kind: 'move', image: 'python' },
      settlement: {
        change: { state: 'queued', reason: 'other-image', attempt: 3, task: aCodingTask({ image: 'python' }) },
        message: { word: 'resend', task: aCodingTask({ image: 'python' }) },
      },
    },
    {
      name: 'tried too often, with what is known of the last attempt',
      run: { detail: 'exit 128' },
      ending: { kind: 'exhausted' },
      settlement: {
        change: { ...tooMany, detail: 'exit 128' },
        message: { word: 'poison', reason: 'too-many-attempts' },
      },
    },
    {
      name: 'tried too often, without a word',
      ending: { kind: 'exhausted' },
      settlement: { change: tooMany, message: { word: 'poison', reason: 'too-many-attempts' } },
    },
    {
      name: 'failed in the last attempt, with why',
      run: { attempt: 5 },
      ending: { kind: 'retry', code: 'clone-failed' },
      settlement: {
        change: { ...tooMany, detail: 'The repository could not be cloned.' },
        message: { word: 'poison', reason: 'clone-failed' },
      },
    },
    {
      name: 'tried again, with why',
      run: { attempt: 1 },
      ending: { kind: 'retry', code: 'clone-failed', detail: 'exit 128' },
      settlement: {
        change: {
          state: 'parked',
          reason: 'clone-failed',
          parkedReason: 'clone-failed',
          parkedUntil: 31_000,
          code: 'clone-failed',
          detail: 'exit 128',
        },
        message: COMPLETE,
      },
    },
    {
      name: 'waiting',
      ending: { kind: 'wait', reason: 'concurrency', until: 5000 },
      settlement: {
        change: { state: 'parked', reason: 'concurrency', parkedReason: 'concurrency', parkedUntil: 5000, attempt: 3 },
        message: COMPLETE,
      },
    },
  ])('$name', ({ run, ending, settlement }) => {
    expect(planSettlement(aLateRun(run), ending, options)).toStrictEqual(settlement);
  });
});

describe('attempts', () => {
  it.each([1, 2, 4])('an interruption in attempt %i gives back that one and no other', (attempt) => {
    const { change } = planSettlement(aLateRun({ attempt, interruptions: 2 }), { kind: 'interrupted' }, options);
    expect(change).toMatchObject({ state: 'queued', attempt: attempt - 1, interruptions: 3 });
  });

  it.each([1, 2, 4])('a wait in attempt %i gives back that one and no other', (attempt) => {
    const wait = { kind: 'wait', reason: 'concurrency', until: 5000 } as const;
    expect(planSettlement(aLateRun({ attempt }), wait, options).change).toMatchObject({
      state: 'parked',
      parkedUntil: 5000,
      attempt: attempt - 1,
    });
  });

  it('an attempt that failed by itself is kept, and the last one ends the run', () => {
    const retry = { kind: 'retry', code: 'clone-failed' } as const;
    expect(planSettlement(aLateRun({ attempt: 4 }), retry, options).change).not.toHaveProperty('attempt');
    expect(planSettlement(aLateRun({ attempt: 4 }), retry, options).change.state).toBe('parked');
    expect(planSettlement(aLateRun({ attempt: 5 }), retry, options)).toMatchObject({
      change: { state: 'failed', code: 'too-many-attempts' },
      message: { word: 'poison', reason: 'clone-failed' },
    });
  });

  it.each(['gitlab-unavailable', 'jira-unauthorized'] as const)(
    'an outage counts apart, up to eight times (%s)',
    (code) => {
      const retry = { kind: 'retry', code } as const;
      expect(planSettlement(aLateRun({ attempt: 9, outages: 7 }), retry, options).change).toMatchObject({
        state: 'parked',
        outages: 8,
      });
      expect(planSettlement(aLateRun({ attempt: 9, outages: 8 }), retry, options).change.state).toBe('failed');
      expect(countOwnAttempts({ attempt: 9, outages: 7 })).toBe(2);
    },
  );
});
