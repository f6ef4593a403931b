import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { DAY } from '../../kernel/clock.ts';
import { nextUtcDay, utcDay } from '../../kernel/utc-day.ts';
import type { BudgetLimits, CountedUse, DayShare, DayTotal } from '../ports/budgets.ts';
import { planDayBudget } from './plan-day-budget.ts';
import { planPeriodEnd } from './plan-period.ts';

const none: DayTotal = { runs: 0, usedTokens: 0, reservedTokens: 0 };

describe('a day budget', () => {
  it.each<{ name: string; total: DayTotal; earlier?: DayShare; limits: BudgetLimits; plan: object }>([
    {
      name: 'without limits lets everything begin',
      total: { runs: 900, usedTokens: 1e9, reservedTokens: 1e9 },
      limits: { maxTokens: 5 },
      plan: { action: 'start' },
    },
    {
      name: 'of runs is used up at its number',
      total: { ...none, runs: 2 },
      limits: { maxTokens: 5, runsPerDay: 2 },
      plan: { action: 'wait', spent: 'runs' },
    },
    {
      name: 'of runs lets the last one begin, and counts it',
      total: { ...none, runs: 1 },
      limits: { maxTokens: 5, runsPerDay: 2 },
      plan: { action: 'start', total: { runs: 2, usedTokens: 0, reservedTokens: 5 } },
    },
    {
      name: 'of runs counts a run once',
      total: { ...none, runs: 2 },
      earlier: { usedTokens: 3, reservedTokens: 0 },
      limits: { maxTokens: 5, runsPerDay: 2 },
      plan: { action: 'start', total: { runs: 2 } },
    },
    {
      name: 'of tokens promises what others at work leave',
      total: { runs: 1, usedTokens: 0, reservedTokens: 2_000_000 },
      limits: { maxTokens: 2_000_000, tokensPerDay: 3_000_000 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 1_000_000 } },
    },
    {
      name: 'of tokens promises what is left of the day',
      total: { runs: 1, usedTokens: 80, reservedTokens: 0 },
      limits: { maxTokens: 50, tokensPerDay: 100 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 20 } },
    },
    {
      name: 'of tokens that is promised to others is not used up',
      total: { runs: 1, usedTokens: 5, reservedTokens: 95 },
      limits: { maxTokens: 100, tokensPerDay: 100 },
      plan: { action: 'wait', spent: 'promised' },
    },
    {
      name: 'of tokens is used up when too few are left to begin with, whatever is promised',
      total: { runs: 1, usedTokens: 91, reservedTokens: 9 },
      limits: { maxTokens: 100, tokensPerDay: 100 },
      plan: { action: 'wait', spent: 'tokens' },
    },
    {
      name: 'of many tokens is worth beginning with the first hundred thousand',
      total: { runs: 1, usedTokens: 8_900_001, reservedTokens: 0 },
      limits: { maxTokens: 2_000_000, tokensPerDay: 9_000_000 },
      plan: { action: 'wait', spent: 'tokens' },
    },
    {
      name: 'of many tokens lets a run begin with the last hundred thousand',
      total: { runs: 1, usedTokens: 8_900_000, reservedTokens: 0 },
      limits: { maxTokens: 2_000_000, tokensPerDay: 9_000_000 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 100_000 } },
    },
    {
      name: 'of tokens lets a run begin with the last tenth that is promised to no other',
      total: { runs: 1, usedTokens: 5, reservedTokens: 85 },
      limits: { maxTokens: 100, tokensPerDay: 100 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 10 } },
    },
    {
      name: 'of tokens is promised when less than a tenth is not',
      total: { runs: 1, usedTokens: 5, reservedTokens: 86 },
      limits: { maxTokens: 100, tokensPerDay: 100 },
      plan: { action: 'wait', spent: 'promised' },
    },
    {
      name: 'of few tokens is worth beginning with one',
      total: { runs: 1, usedTokens: 4, reservedTokens: 0 },
      limits: { maxTokens: 5, tokensPerDay: 5 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 1 } },
    },
    {
      name: 'asks for no more than a run may use',
      total: { runs: 1, usedTokens: 94, reservedTokens: 0 },
      limits: { maxTokens: 5, tokensPerDay: 100 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 5 } },
    },
    {
      name: 'of tokens below what one run may use promises the whole day',
      total: none,
      limits: { maxTokens: 500, tokensPerDay: 100 },
      plan: { action: 'start', share: { usedTokens: 0, reservedTokens: 100 } },
    },
    {
      name: 'counts what a dead attempt was promised as used',
      total: { runs: 1, usedTokens: 0, reservedTokens: 60 },
      earlier: { usedTokens: 0, reservedTokens: 60 },
      limits: { maxTokens: 60, tokensPerDay: 100 },
      plan: { action: 'start', share: { usedTokens: 60, reservedTokens: 40 } },
    },
    {
      name: 'adds what a dead attempt was promised to what the run used before',
      total: { runs: 2, usedTokens: 7, reservedTokens: 65 },
      earlier: { usedTokens: 3, reservedTokens: 60 },
      limits: { maxTokens: 10, tokensPerDay: 100 },
      plan: {
        action: 'start',
        total: { runs: 2, usedTokens: 67, reservedTokens: 15 },
        share: { usedTokens: 63, reservedTokens: 10 },
      },
    },
  ])('$name', ({ total, earlier, limits, plan }) => {
    expect(planDayBudget(total, earlier, limits)).toMatchObject(plan);
  });

  it('is never exceeded, whatever runs begin, end and die, as long as each keeps to its promise', () => {
    const step = fc.record({ run: fc.nat(5), ends: fc.boolean(), part: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (steps, maxTokens) => {
        let total = none;
        const shares = new Map<number, DayShare>();
        let spent = 0;
        for (const { run, ends, part } of steps) {
          const known = shares.get(run);
          const counted = { tokens: Math.floor((known?.reservedTokens ?? 0) * part) };
          // Every third runner is one of an earlier version, which counts nothing ahead.
          const share = known && withCounted(known, run % 3 === 0 ? undefined : counted);
          if (share && share.reservedTokens > 0 && ends) {
            const used = Math.floor(share.reservedTokens * part);
            spent += used;
            const next = planPeriodEnd(total, share, used);
            total = next.total;
            shares.set(run, next.share);
            continue;
          }
          // A run that begins while it has a promise is one whose runner died after using all that it had counted.
          const lost = share?.counted?.tokens ?? share?.reservedTokens ?? 0;
          spent += lost;
          const plan = planDayBudget(total, share, { maxTokens, tokensPerDay: 100 });
          if (plan.action === 'wait') {
            spent -= lost;
            continue;
          }
          total = plan.total;
          shares.set(run, plan.share);
        }
        const promised = [...shares.values()].reduce((sum, { reservedTokens }) => sum + reservedTokens, 0);
        expect(total.usedTokens).toBe(spent);
        expect(total.reservedTokens).toBe(promised);
        expect(spent + promised).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('has back at the end of a run what is left of its promise', () => {
    const total = { runs: 2, usedTokens: 10, reservedTokens: 50 };
    expect(planPeriodEnd(total, { usedTokens: 4, reservedTokens: 30 }, 20)).toEqual({
      total: { runs: 2, usedTokens: 30, reservedTokens: 20 },
      share: { usedTokens: 24, reservedTokens: 0 },
    });
  });

  it('never promises less than nothing, also where an end is written twice', () => {
    const total = { runs: 1, usedTokens: 10, reservedTokens: 5 };
    expect(planPeriodEnd(total, { usedTokens: 0, reservedTokens: 30 }, 0).total.reservedTokens).toBe(0);
  });

  it('is of a UTC day', () => {
    const late = Date.UTC(2026, 0, 5, 23, 59);
    expect([utcDay(late), utcDay(nextUtcDay(late)), nextUtcDay(late) % DAY]).toEqual(['2026-01-05', '2026-01-06', 0]);
    expect(nextUtcDay(Date.UTC(2026, 0, 6))).toBe(Date.UTC(2026, 0, 7));
  });
});

function withCounted({ counted: _, ...share }: DayShare, counted: CountedUse | undefined): DayShare {
  return { ...share, ...(counted ? { counted } : {}) };
}
