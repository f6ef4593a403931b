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
  /** `promised`: enough is not used yet, but set aside for others; what they leave is free when they end. */
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'promised' };

/** One run on one UTC day of one binding. */
export interface DayEntry {
  /** The Jira project of the binding. */
  jiraProject: string;
  /** `2026-01-05`; a run belongs to the day it began on, also past midnight. */
  day: string;
  runId: string;
}

/**
 * What bindings use up per UTC day, exact over all runners: total and share of a run are one write, guarded by the
 * total's version.
 */
export interface DayBudgets {
  start(entry: DayEntry, limits: DayLimits): Promise<DayBudgetPlan>;
  /** What is used up so far; changes nothing. */
  find(day: Pick<DayEntry, 'jiraProject' | 'day'>): Promise<DayTotal>;
  /** Call once per started attempt, with the tokens this attempt used. */
  end(entry: DayEntry, usedTokens: number): Promise<void>;
  /** Forgets at most `limit` entries of days before `day`; resolves to how many. */
  purge(day: string, limit: number): Promise<number>;
}
