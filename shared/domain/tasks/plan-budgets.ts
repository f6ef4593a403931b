import type { MonthLimits } from '../mapping/binding.ts';
import type { BudgetLimits, BudgetPlan, DayShare, DayTotal, MonthOwner, MonthTotal } from '../ports/budgets.ts';
import { planDayBudget } from './plan-day-budget.ts';
import { countLostCost, type MonthPlan, planMonthBudget } from './plan-month-budget.ts';

/** What has been used up of one budget, and by this run. */
export interface Account<Total extends DayTotal> {
  total: Total;
  share: DayShare | undefined;
}

export interface Accounts {
  day: Account<DayTotal>;
  /** In the order of `BudgetEntry.months`. */
  months: readonly (Account<MonthTotal> & { owner: MonthOwner })[];
}

/** What a run changes in its budgets where it may not begin, for each of its months; absent where it is nothing. */
export type LostAccounts = readonly ({ total: MonthTotal; share: DayShare } | undefined)[];

/** What stands in each of them once the run has begun. */
export interface BegunAccounts {
  day: { total: DayTotal; share: DayShare };
  months: { total: MonthTotal; share: DayShare }[];
}

/**
 * Whether a run may begin by all of its budgets. It begins in all of them or in none, and is promised the same tokens
 * by each: the fewest that one of them has left. A month keeps it waiting for longer than a day, and what is used up
 * for longer than what is promised. `lost`: the money of an attempt whose runner died, where the run may not begin.
 */
export function planBudgets(
  accounts: Accounts,
  limits: BudgetLimits,
): { answer: BudgetPlan; begun?: BegunAccounts; lost?: LostAccounts } {
  const { day, months } = planEach(accounts, limits, limits.maxTokens);
  const waits = [...months.flatMap((plan, index) => toWait(plan, accounts.months[index]?.owner)), ...toWait(day)];
  const wait = waits.find(({ spent }) => spent !== 'promised') ?? waits[0];
  if (wait) return { answer: wait, ...countLost(accounts, limits) };
  const promises = [day, ...months].flatMap((plan) => (plan.action === 'start' ? [plan.share.reservedTokens] : []));
  const begun = planEach(accounts, limits, Math.min(...promises));
  if (begun.day.action === 'wait') return { answer: begun.day, ...countLost(accounts, limits) };
  const begins = countBegins(accounts);
  const begunDay = withBegins(begun.day, begins);
  const begunMonths = begun.months.flatMap((plan) => (plan.action === 'start' ? [withBegins(plan, begins)] : []));
  const otherCosts = begunMonths.flatMap((plan) => plan.otherCosts ?? []);
  const answer = { ...begunDay, ...(otherCosts.length > 0 ? { otherCosts } : {}) };
  return { answer, begun: { day: begunDay, months: begunMonths } };
}

function countLost({ months }: Accounts, { currency }: BudgetLimits): { lost?: LostAccounts } {
  const lost = months.map(({ total, share }) => countLostCost(total, share, currency));
  return lost.some((one) => one !== undefined) ? { lost } : {};
}

/**
 * The number of this attempt, one for all of its shares, so that it counts in each of them. They are not of one age: a
 * day has a new share after midnight, and a month one from when it got a limit. Above all of them, it is none that an
 * earlier attempt has.
 */
function countBegins({ day, months }: Accounts): number {
  return Math.max(...[day, ...months].map(({ share }) => share?.begins ?? 0)) + 1;
}

function withBegins<Plan extends { share: DayShare }>(plan: Plan, begins: number): Plan {
  return { ...plan, share: { ...plan.share, begins } };
}

/** Of the months that limit it; the limits of a month stand in the binding's budget or are the deployment's. */
export function monthLimitsOf(owner: MonthOwner, limits: BudgetLimits): MonthLimits {
  return owner === 'binding' ? limits : (limits.deployment ?? {});
}

function planEach({ day, months }: Accounts, limits: BudgetLimits, maxTokens: number) {
  const run = { maxTokens, currency: limits.currency };
  return {
    day: planDayBudget(day.total, day.share, { ...limits, maxTokens }),
    months: months.map(({ owner, total, share }) => planMonthBudget(total, share, monthLimitsOf(owner, limits), run)),
  };
}

function toWait(plan: MonthPlan, month?: MonthOwner): Extract<BudgetPlan, { action: 'wait' }>[] {
  if (plan.action !== 'wait') return [];
  if (month) return [{ ...plan, month }];
  // Days know no money.
  return plan.spent === 'cost' ? [] : [{ action: 'wait', spent: plan.spent }];
}
