import type { MonthLimits } from '../mapping/binding.ts';
import type { DayShare, MonthTotal } from '../ports/budgets.ts';
import { addCosts, type RunCost } from '../runs/run-cost.ts';
import { planPeriod, planPeriodEnd } from './plan-period.ts';

export type MonthPlan =
  | { action: 'start'; total: MonthTotal; share: DayShare; otherCosts?: readonly RunCost[] }
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
 * while any is left, and the runs that are at work when it is spent go on, which is all it can be exceeded by. Of an
 * attempt whose runner died counts what it had counted, before anything is compared; where that is no money, the total
 * says that some is missing.
 * When another currency is counted than before in the month, the limit is one of that currency from then on.
 */
export function planMonthBudget(
  total: MonthTotal,
  earlier: DayShare | undefined,
  { runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits,
  { maxTokens, currency }: MonthRun,
): MonthPlan {
  const lost = findLostCost(earlier, currency);
  const sums = countIn(currency, lost ? addMoney(total, lost) : total);
  if (costPerMonth !== undefined && (sums.cost?.amount ?? 0) >= costPerMonth) return { action: 'wait', spent: 'cost' };
  const plan = planPeriod(total, earlier, { runs: runsPerMonth, tokens: tokensPerMonth, maxTokens });
  if (plan.action === 'wait') return plan;
  const money = currency !== undefined && sums.otherCosts ? { otherCosts: sums.otherCosts } : {};
  return { ...plan, total: { ...sums, ...plan.total }, ...money };
}

/**
 * What a month has where a run may not begin again whose attempt has not ended by itself: its money counts from now on
 * and once, so that other runs do not begin in its place. `undefined` where there is none to count.
 */
export function countLostCost(
  total: MonthTotal,
  share: DayShare | undefined,
  currency: string | undefined,
): { total: MonthTotal; share: DayShare } | undefined {
  const lost = findLostCost(share, currency);
  if (!share || !lost) return undefined;
  const counted = {
    tokens: share.counted?.tokens ?? share.reservedTokens,
    cost: { amount: 0, currency: lost.currency },
  };
  // Of another number, so that a runner that was taken for dead does not count the same money again.
  const begins = (share.begins ?? 0) + 1;
  return { total: countIn(currency, addMoney(total, lost)), share: { ...share, begins, counted } };
}

/** The same sums, the one that the limit is of from now on in front, also where another one was added last. */
function countIn(currency: string | undefined, total: MonthTotal): MonthTotal {
  return currency === undefined ? total : addMoney(total, { amount: 0, currency });
}

/**
 * What an attempt has cost that has not ended by itself; `undefined` where it had begun nothing that costs, or that is
 * counted already.
 */
function findLostCost(earlier: DayShare | undefined, currency: string | undefined): RunCost | undefined {
  if (!earlier || earlier.reservedTokens === 0 || earlier.counted?.tokens === 0) return undefined;
  const unknown = currency === undefined ? undefined : { amount: 0, currency, incomplete: true as const };
  const lost = earlier.counted?.cost ?? unknown;
  return lost?.amount === 0 && !lost.incomplete ? undefined : lost;
}

/** Each currency has a sum of its own. The one that was counted last is the one of the limit. */
function addMoney({ cost, otherCosts = [], ...total }: MonthTotal, added: RunCost): MonthTotal {
  const sums = cost ? [cost, ...otherCosts] : otherCosts;
  const same = sums.find(({ currency }) => currency === added.currency);
  if (!same && added.amount === 0 && !added.incomplete && !cost) return total;
  const others = sums.filter((sum) => sum !== same);
  return { ...total, cost: addCosts(same, added), ...(others.length > 0 ? { otherCosts: others } : {}) };
}

/** The same as at the end of a day, and what the attempt has cost. */
export function planMonthEnd(
  total: MonthTotal,
  share: DayShare,
  usedTokens: number,
  cost: RunCost | undefined,
): { total: MonthTotal; share: DayShare } {
  const ended = planPeriodEnd(total, share, usedTokens);
  return { ...ended, total: { ...(cost ? addMoney(total, cost) : total), ...ended.total } };
}
