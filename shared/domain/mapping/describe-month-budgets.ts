import type { Binding, MonthLimits } from './binding.ts';
import { entryKey } from './binding-key.ts';

/** All budgets of months that are in force, as a text that differs when one of them does. */
export function describeMonthBudgets(
  bindings: readonly Pick<Binding, 'jiraProject' | 'repo' | 'budget'>[],
  deployment: MonthLimits | undefined,
): string {
  const ofBindings = bindings
    .map((binding) => [entryKey(binding), ...toList(binding.budget)])
    .toSorted(([one = ''], [other = '']) => (String(one) < String(other) ? -1 : 1));
  return JSON.stringify([toList(deployment ?? {}), ...ofBindings]);
}

function toList({ runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits): (number | null)[] {
  return [runsPerMonth ?? null, tokensPerMonth ?? null, costPerMonth ?? null];
}
