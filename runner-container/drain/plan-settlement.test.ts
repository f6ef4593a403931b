import { describe, expect, it } from 'vitest';
import type { Run } from '../../shared/domain/runs/run.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { countOwnAttempts, planSettlement } from './plan-settlement.ts';

const options = { now: 1000, maxAttempts: 5 };

function aRun(overrides: Partial<Run & { outages: number }> = {}): Run & { outages?: number } {
  const times = { createdAt: 0, updatedAt: 0 };
  return { runId: 'run-1', task: aCodingTask(), state: 'running', attempt: 4, notified: false, ...times, ...overrides };
}

describe('attempts', () => {
  it.each([1, 2, 4])('an interruption in attempt %i gives back that one and no other', (attempt) => {
    const { change } = planSettlement(aRun({ attempt, interruptions: 2 }), { kind: 'interrupted' }, options);
    expect(change).toMatchObject({ state: 'queued', attempt: attempt - 1, interruptions: 3 });
  });

  it.each([1, 2, 4])('a wait in attempt %i gives back that one and no other', (attempt) => {
    const wait = { kind: 'wait', reason: 'concurrency', until: 5000 } as const;
    expect(planSettlement(aRun({ attempt }), wait, options).change).toMatchObject({
      state: 'parked',
      parkedUntil: 5000,
      attempt: attempt - 1,
    });
  });

  it('an attempt that failed by itself is kept, and the last one ends the run', () => {
    const retry = { kind: 'retry', code: 'clone-failed' } as const;
    expect(planSettlement(aRun({ attempt: 4 }), retry, options).change).not.toHaveProperty('attempt');
    expect(planSettlement(aRun({ attempt: 4 }), retry, options).change.state).toBe('parked');
    expect(planSettlement(aRun({ attempt: 5 }), retry, options)).toMatchObject({
      change: { state: 'failed', code: 'too-many-attempts' },
      message: { word: 'poison', reason: 'clone-failed' },
    });
  });

  it('an outage counts apart, up to eight times', () => {
    const retry = { kind: 'retry', code: 'gitlab-unavailable' } as const;
    expect(planSettlement(aRun({ attempt: 9, outages: 7 }), retry, options).change).toMatchObject({
      state: 'parked',
      outages: 8,
    });
    expect(planSettlement(aRun({ attempt: 9, outages: 8 }), retry, options).change.state).toBe('failed');
    expect(countOwnAttempts({ attempt: 9, outages: 7 })).toBe(2);
  });
});
