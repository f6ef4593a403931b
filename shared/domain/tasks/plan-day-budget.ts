import type { BudgetLimits, DayBudgetPlan, DayShare, DayTotal } from '../ports/budgets.ts';
import { planPeriod } from './plan-period.ts';

/** Whether a run of a binding may begin today, as `planPeriod` says. */
export function planDayBudget(
  total: DayTotal,
  earlier: DayShare | undefined,
  { runsPerDay, tokensPerDay, maxTokens }: BudgetLimits,
): DayBudgetPlan {
  return planPeriod(total, earlier, { runs: runsPerDay, tokens: tokensPerDay, maxTokens });
}
