import type { Binding, MonthLimits } from '../../../shared/domain/mapping/binding.ts';
import type { DayTotal, MonthTotal } from '../../../shared/domain/ports/budgets.ts';
import { planDayBudget } from '../../../shared/domain/tasks/plan-day-budget.ts';
import { planMonthBudget } from '../../../shared/domain/tasks/plan-month-budget.ts';
import { nextUtcDay, nextUtcMonth } from '../../../shared/kernel/utc-day.ts';
import { formatTime } from '../../output/format-time.ts';

/** What has been used up of everything that may keep a run of one binding waiting. */
export interface UsedBudgets {
  today: DayTotal;
  /** Of the binding. */
  month: MonthTotal;
  /** Of the whole deployment, with its limits. */
  deployment: MonthTotal;
}

export const NOTHING_USED: DayTotal = { runs: 0, usedTokens: 0, reservedTokens: 0 };

/**
 * Why a run that begins now would wait for a budget, or `undefined` where it would not. The longest wait comes first.
 */
export function assessBudget(
  { jiraProject, budget }: Pick<Binding, 'jiraProject' | 'budget'>,
  { today, month, deployment }: UsedBudgets,
  now: number,
): string | undefined {
  const ofMonth = (total: MonthTotal, limits: MonthLimits) =>
    planMonthBudget(total, undefined, limits, { maxTokens: budget.maxTokens });
  const until = { day: formatTime(nextUtcDay(now)), month: formatTime(nextUtcMonth(now)) };
  const plans = [
    { plan: ofMonth(deployment, deployment.limits ?? {}), of: 'this deployment for this month', until: until.month },
    { plan: ofMonth(month, budget), of: `${jiraProject} for this month`, until: until.month },
    { plan: planDayBudget(today, undefined, budget), of: `${jiraProject} for today`, until: until.day },
  ];
  const spent = plans.find(({ plan }) => plan.action === 'wait' && plan.spent !== 'promised');
  const wait = spent ?? plans.find(({ plan }) => plan.action === 'wait');
  if (wait?.plan.action !== 'wait') return undefined;
  switch (wait.plan.spent) {
    case 'promised':
      return `all tokens of ${wait.of} are promised to runs at work; goes on when they leave some`;
    case 'cost':
      return `the money of ${wait.of} is spent; goes on ${wait.until}`;
    default:
      return `the ${wait.plan.spent} of ${wait.of} are used up; goes on ${wait.until}`;
  }
}
