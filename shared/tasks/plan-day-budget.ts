import { DAY } from '../clock.ts';
import type { Budget } from '../mapping/binding.ts';

/** What one binding has used up on one UTC day. */
export interface DayTotal {
  runs: number;
  usedTokens: number;
  /** Promised to runs that are at work. */
  reservedTokens: number;
}

/** One run's part of it. */
export interface DayShare {
  usedTokens: number;
  reservedTokens: number;
}

export type DayLimits = Pick<Budget, 'runsPerDay' | 'tokensPerDay' | 'maxTokens'>;

export type DayBudgetPlan =
  | { action: 'start'; total: DayTotal; share: DayShare }
  | { action: 'wait'; spent: 'runs' | 'tokens' };

/**
 * Whether a run may begin today. A run counts once, however many attempts it takes. Of the tokens it is promised all it may use
 * (`maxTokens`, at most the whole day's), and what it leaves is given back at its end, so that runs at work can never exceed the day
 * together. Tokens promised to an attempt whose runner died count as used: nobody knows better.
 */
export function planDayBudget(total: DayTotal, earlier: DayShare | undefined, limits: DayLimits): DayBudgetPlan {
  const { runsPerDay = Number.POSITIVE_INFINITY, tokensPerDay = Number.POSITIVE_INFINITY, maxTokens } = limits;
  if (!earlier && total.runs >= runsPerDay) return { action: 'wait', spent: 'runs' };

  const lost = earlier?.reservedTokens ?? 0;
  const usedTokens = total.usedTokens + lost;
  const others = total.reservedTokens - lost;
  const reservedTokens = Math.min(maxTokens, tokensPerDay);
  if (usedTokens + others + reservedTokens > tokensPerDay) return { action: 'wait', spent: 'tokens' };
  return {
    action: 'start',
    total: { runs: total.runs + (earlier ? 0 : 1), usedTokens, reservedTokens: others + reservedTokens },
    share: { usedTokens: (earlier?.usedTokens ?? 0) + lost, reservedTokens },
  };
}

/** What is left of a reservation goes back; what was used stays. */
export function planDayEnd(total: DayTotal, share: DayShare, usedTokens: number): { total: DayTotal; share: DayShare } {
  return {
    total: {
      runs: total.runs,
      usedTokens: total.usedTokens + usedTokens,
      reservedTokens: Math.max(0, total.reservedTokens - share.reservedTokens),
    },
    share: { usedTokens: share.usedTokens + usedTokens, reservedTokens: 0 },
  };
}

/** `2026-01-05`: budgets are counted by UTC days. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** The first moment of the next UTC day. */
export function nextUtcDay(now: number): number {
  return (Math.floor(now / DAY) + 1) * DAY;
}
