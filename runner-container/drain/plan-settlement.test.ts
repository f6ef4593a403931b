import { describe, expect, it } from 'vitest';
import type { Run } from '../../shared/domain/runs/run.ts';
import { aRun } from '../../test/builders/runs.ts';
import { countOwnAttempts, planSettlement } from './plan-settlement.ts';

const options = { now: 1000, maxAttempts: 5 };

const aLateRun = ({ outages, ...overrides }: Partial<Run> & { outages?: number } = {}) => ({
  ...aRun({ attempt: 4, ...overrides }),
  ...(outages === undefined ? {} : { outages }),
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

  it('an outage counts apart, up to eight times', () => {
    const retry = { kind: 'retry', code: 'gitlab-unavailable' } as const;
    expect(planSettlement(aLateRun({ attempt: 9, outages: 7 }), retry, options).change).toMatchObject({
      state: 'parked',
      outages: 8,
    });
    expect(planSettlement(aLateRun({ attempt: 9, outages: 8 }), retry, options).change.state).toBe('failed');
    expect(countOwnAttempts({ attempt: 9, outages: 7 })).toBe(2);
  });
});
