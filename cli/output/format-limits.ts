import type { Binding, Budget } from '../../shared/domain/mapping/binding.ts';
import { BUILT_IN_DEFAULTS } from '../../shared/domain/mapping/defaults.ts';
import { countOf } from './count-of.ts';

/** What a binding may use at once, a day and a month; none where nothing is limited. */
export function formatLimits({ maxConcurrentRuns, budget }: Pick<Binding, 'maxConcurrentRuns' | 'budget'>): string[] {
  const { runsPerDay, tokensPerDay, runsPerMonth, tokensPerMonth, costPerMonth } = budget;
  return [
    ...(maxConcurrentRuns === undefined ? [] : [`${maxConcurrentRuns} at once`]),
    ...(runsPerDay === undefined ? [] : [`${countOf(runsPerDay, 'run')} a day`]),
    ...(tokensPerDay === undefined ? [] : [`${tokensPerDay.toLocaleString('en')} tokens a day`]),
    ...(runsPerMonth === undefined ? [] : [`${countOf(runsPerMonth, 'run')} a month`]),
    ...(tokensPerMonth === undefined ? [] : [`${tokensPerMonth.toLocaleString('en')} tokens a month`]),
    ...(costPerMonth === undefined ? [] : [`${costPerMonth.toLocaleString('en')} of money a month`]),
  ];
}

/** What one run may use, as far as it differs from what is built in. */
export function formatRunBudget({ maxTurns, maxTokens, maxMinutes }: Budget): string[] {
  const { budget } = BUILT_IN_DEFAULTS;
  return [
    ...(maxTurns === budget.maxTurns ? [] : [`${countOf(maxTurns, 'turn')} a run`]),
    ...(maxTokens === budget.maxTokens ? [] : [`${maxTokens.toLocaleString('en')} tokens a run`]),
    ...(maxMinutes === budget.maxMinutes ? [] : [`${countOf(maxMinutes, 'minute')} a run`]),
  ];
}
