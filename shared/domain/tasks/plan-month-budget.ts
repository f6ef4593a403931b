import type { MonthLimits } from '../mapping/binding.ts';
import type { DayShare, MonthTotal } from '../ports/budgets.ts';
import { addCosts, type RunCost } from '../runs/run-cost.ts';
import { planPeriod, planPeriodEnd } from './plan-period.ts';

export type MonthPlan =
  | { action: 'start'; total: MonthTotal; share: DayShare }
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'cost' | 'promised' };

export interface MonthRun {
  /** What this run may use. */
  maxTokens: number;
  /** Of the money that is counted; absent where no price is known. */
  currency?: string | undefined;
}

/**
 * Whether a run may begin this month. Runs and tokens are as in `planPeriod`, so they are never exceeded. Money is
 * counted when an attempt ends and promised to none, because what tokens will cost is known only then: a run begins
 * while any is left, and the runs that are at work when it is spent go on, which is all it can be exceeded by. What an
 * attempt has cost whose runner died is unknown, and the total says that some is missing.
 */
export function planMonthBudget(
  total: MonthTotal,
  earlier: DayShare | undefined,
  { runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits,
  { maxTokens, currency }: MonthRun,
): MonthPlan {
  if (costPerMonth !== undefined && (total.cost?.amount ?? 0) >= costPerMonth) return { action: 'wait', spent: 'cost' };
  const plan = planPeriod(total, earlier, { runs: runsPerMonth, tokens: tokensPerMonth, maxTokens });
  if (plan.action === 'wait') return plan;
  const isLost = (earlier?.reservedTokens ?? 0) > 0 && currency !== undefined;
  const cost = isLost ? addCosts(total.cost, { amount: 0, currency, incomplete: true }) : total.cost;
  return { ...plan, total: { ...total, ...plan.total, ...(cost ? { cost } : {}) } };
}

/** The same as at the end of a day, and what the attempt has cost. */
export function planMonthEnd(
  total: MonthTotal,
  share: DayShare,
  usedTokens: number,
  cost: RunCost | undefined,
): { total: MonthTotal; share: DayShare } {
  const ended = planPeriodEnd(total, share, usedTokens);
  const sum = cost ? addCosts(total.cost, cost) : total.cost;
  return { ...ended, total: { ...total, ...ended.total, ...(sum ? { cost: sum } : {}) } };
}
