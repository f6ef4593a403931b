import type { Binding, MonthLimits } from './binding.ts';

/** All budgets of months that are in force, as a text that differs when one of them does. */
export function describeMonthBudgets(
  bindings: readonly Pick<Binding, 'jiraProject' | 'budget'>[],
  deployment: MonthLimits | undefined,
): string {
  const ofBindings = bindings
    .map(({ jiraProject, budget }) => [jiraProject, ...toList(budget)])
    .toSorted(([one = ''], [other = '']) => (String(one) < String(other) ? -1 : 1));
  return JSON.stringify([toList(deployment ?? {}), ...ofBindings]);
}

function toList({ runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits): (number | null)[] {
  return [runsPerMonth ?? null, tokensPerMonth ?? null, costPerMonth ?? null];
}
