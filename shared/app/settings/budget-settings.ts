import type { MonthLimits } from '../../domain/mapping/binding.ts';
import { optional } from './setting.ts';
import { amount, wholeNumber } from './setting-parsers.ts';

/** What all bindings may use together, for the runners that keep to it and the functions that see it raised. */
export const budgetShape = {
  RUNS_PER_MONTH: optional(wholeNumber({ min: 1, max: 1_000_000_000 }), {
    description:
      'Runs of the whole deployment per UTC month; later ones wait for the next month, or until this is raised.',
    fix: 'Set it to a number from 1 to 1000000000, the same for functions and runner, or remove it.',
  }),
  TOKENS_PER_MONTH: optional(wholeNumber({ min: 1, max: 1_000_000_000_000_000 }), {
    description: 'Tokens of the whole deployment per UTC month, in and out together; the last run gets what is left.',
    fix: 'Set it to a number of tokens, the same for functions and runner, or remove it.',
  }),
  COST_PER_MONTH: optional(amount, {
    description:
      'Money of the whole deployment per UTC month, by MODEL_PRICES and in PRICE_CURRENCY; no run begins once it is spent, and none whose model has no price.',
    fix: 'Set it to an amount such as 500 or 99.50, the same for functions and runner, or remove it.',
  }),
};

/** Absent where nothing is limited. */
export function buildMonthLimits(values: {
  RUNS_PER_MONTH?: number | undefined;
  TOKENS_PER_MONTH?: number | undefined;
  COST_PER_MONTH?: number | undefined;
}): MonthLimits | undefined {
  const { RUNS_PER_MONTH: runsPerMonth, TOKENS_PER_MONTH: tokensPerMonth, COST_PER_MONTH: costPerMonth } = values;
  if ((runsPerMonth ?? tokensPerMonth ?? costPerMonth) === undefined) return undefined;
  return {
    ...(runsPerMonth === undefined ? {} : { runsPerMonth }),
    ...(tokensPerMonth === undefined ? {} : { tokensPerMonth }),
    ...(costPerMonth === undefined ? {} : { costPerMonth }),
  };
}
