import { describe, expect, it } from 'vitest';
import { nextUtcMonth, utcMonth } from '../../kernel/utc-day.ts';
import type { MonthLimits } from '../mapping/binding.ts';
import type { DayShare, MonthTotal } from '../ports/budgets.ts';
import { planMonthBudget, planMonthEnd } from './plan-month-budget.ts';

const none: MonthTotal = { runs: 0, usedTokens: 0, reservedTokens: 0 };
const spent = (amount: number, incomplete?: true): MonthTotal => ({
  ...none,
  cost: { amount, currency: 'EUR', ...(incomplete ? { incomplete } : {}) },
});
const RUN = { maxTokens: 60, currency: 'EUR' };

describe('a month budget', () => {
  it.each<{ name: string; total: MonthTotal; earlier?: DayShare; limits: MonthLimits; plan: object }>([
    {
      name: 'of runs is used up at its number',
      total: { ...none, runs: 2 },
      limits: { runsPerMonth: 2 },
      plan: { action: 'wait', spent: 'runs' },
    },
    {
      name: 'of tokens promises what is left',
      total: { ...none, usedTokens: 60 },
      limits: { tokensPerMonth: 100 },
      plan: { action: 'start', share: { reservedTokens: 40 } },
    },
    {
      name: 'of money lets a run begin while any is left',
      total: spent(9.99),
      limits: { costPerMonth: 10 },
      plan: { action: 'start', total: { cost: { amount: 9.99 } } },
    },
    {
      name: 'of money is spent at its amount, also where some is missing in it',
      total: spent(10, true),
      limits: { costPerMonth: 10 },
      plan: { action: 'wait', spent: 'cost' },
    },
    {
      name: 'of money is spent where only a dead attempt reaches it',
      total: { ...spent(6), runs: 1, reservedTokens: 60 },
      earlier: { usedTokens: 0, reservedTokens: 60, counted: { tokens: 20, cost: { amount: 4, currency: 'EUR' } } },
      limits: { costPerMonth: 10 },
      plan: { action: 'wait', spent: 'cost' },
    },
    {
      name: 'says that the cost of a dead attempt is missing',
      total: { ...spent(1), runs: 1, reservedTokens: 60 },
      earlier: { usedTokens: 0, reservedTokens: 60 },
      limits: { costPerMonth: 10 },
      plan: {
        action: 'start',
        total: { runs: 1, usedTokens: 60, cost: { amount: 1, currency: 'EUR', incomplete: true } },
      },
    },
  ])('$name', ({ total, earlier, limits, plan }) => {
    expect(planMonthBudget(total, earlier, limits, RUN)).toMatchObject(plan);
  });

  it('keeps the limit in the currency that is counted now, where an attempt died that was paid in another', () => {
    const lost = { amount: 4, currency: 'EUR' };
    const earlier = { usedTokens: 0, reservedTokens: 60, counted: { tokens: 20, cost: lost } };
    const inDollar = { maxTokens: 60, currency: 'USD' };
    const begin = (total: MonthTotal) => planMonthBudget(total, earlier, { costPerMonth: 10 }, inDollar);
    const others = [{ amount: 5, currency: 'EUR' }];
    expect(begin(spent(1))).toMatchObject({
      total: { cost: { amount: 0, currency: 'USD' }, otherCosts: others },
      otherCosts: others,
    });
    const both = { ...none, cost: { amount: 2, currency: 'USD' }, otherCosts: [{ amount: 1, currency: 'EUR' }] };
    expect(begin(both)).toMatchObject({ total: { cost: { amount: 2, currency: 'USD' }, otherCosts: others } });
    expect(begin(none)).toMatchObject({ total: { cost: { amount: 0, currency: 'USD' }, otherCosts: [lost] } });
  });

  it('adds what an attempt has cost, and knows no money where none is counted', () => {
    const share = { usedTokens: 0, reservedTokens: 60 };
    const ended = planMonthEnd({ ...spent(1), reservedTokens: 60 }, share, 20, { amount: 0.5, currency: 'EUR' });
    expect(ended.total).toEqual({ runs: 0, usedTokens: 20, reservedTokens: 0, cost: { amount: 1.5, currency: 'EUR' } });
    expect(planMonthEnd(none, share, 20, undefined).total).not.toHaveProperty('cost');
  });

  it('is of a UTC month', () => {
    const late = Date.UTC(2025, 11, 31, 23, 59);
    expect([utcMonth(late), utcMonth(nextUtcMonth(late))]).toEqual(['2025-12', '2026-01']);
    expect(nextUtcMonth(Date.UTC(2026, 0, 31, 12))).toBe(Date.UTC(2026, 1, 1));
    expect(nextUtcMonth(Date.UTC(2026, 1, 1))).toBe(Date.UTC(2026, 2, 1));
  });
});
