import type { DayBudgetPlan, DayShare, DayTotal } from '../ports/budgets.ts';

/** A change of a few lines takes about half of this. */
const WORTH_BEGINNING_TOKENS = 100_000;

export interface PeriodLimits {
  /** Runs that may begin in the period; absent means unlimited. */
  runs?: number | undefined;
  /** Tokens they may use together; absent means unlimited. */
  tokens?: number | undefined;
  /** What this run may use. */
  maxTokens: number;
}

/**
 * Whether a run may begin in a day or a month. A run counts once, however many attempts it takes. Of the tokens it is
 * promised all it may use (`maxTokens`), or what is left when that is less, and what it leaves is free again at its
 * end, so that runs at work can never exceed the period together. Less than 100,000 tokens, or a tenth of a smaller
 * budget, is not worth beginning with, unless a run may not use more anyway. Of an attempt whose runner died, what it
 * has counted of its promise is used, which is at least what it did use; where it counted none, all of it.
 */
export function planPeriod(total: DayTotal, earlier: DayShare | undefined, limits: PeriodLimits): DayBudgetPlan {
  const { runs = Number.POSITIVE_INFINITY, tokens = Number.POSITIVE_INFINITY, maxTokens } = limits;
  if (!earlier && total.runs >= runs) return { action: 'wait', spent: 'runs' };

  const lost = countLost(earlier);
  const usedTokens = total.usedTokens + lost;
  const promised = total.reservedTokens - (earlier?.reservedTokens ?? 0);
  const unused = tokens - usedTokens;
  const least = Math.min(maxTokens, WORTH_BEGINNING_TOKENS, Math.ceil(tokens / 10));
  if (unused < least) return { action: 'wait', spent: 'tokens' };
  if (unused - promised < least) return { action: 'wait', spent: 'promised' };
  const reservedTokens = Math.min(maxTokens, unused - promised);
  return {
    action: 'start',
    total: { runs: total.runs + (earlier ? 0 : 1), usedTokens, reservedTokens: promised + reservedTokens },
    share: {
      usedTokens: (earlier?.usedTokens ?? 0) + lost,
      reservedTokens,
      counted: { tokens: 0 },
    },
  };
}

/** Tokens of an attempt that has not ended by itself. */
function countLost(earlier: DayShare | undefined): number {
  const { reservedTokens = 0, counted } = earlier ?? {};
  return Math.min(reservedTokens, counted?.tokens ?? reservedTokens);
}

/** What is left of a reservation goes back; what was used stays. */
export function planPeriodEnd(
  total: DayTotal,
  share: DayShare,
  usedTokens: number,
): { total: DayTotal; share: DayShare } {
  return {
    total: {
      runs: total.runs,
      usedTokens: total.usedTokens + usedTokens,
      reservedTokens: Math.max(0, total.reservedTokens - share.reservedTokens),
    },
    share: {
      usedTokens: share.usedTokens + usedTokens,
      reservedTokens: 0,
      ...(share.begins === undefined ? {} : { begins: share.begins }),
    },
  };
}
