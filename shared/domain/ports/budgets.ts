import type { Budget, MonthLimits } from '../mapping/binding.ts';
import type { RunCost } from '../runs/run-cost.ts';

/** What has been used up of one UTC day or month. */
export interface DayTotal {
  runs: number;
  usedTokens: number;
  /** Promised to runs that are at work. */
  reservedTokens: number;
}

/** What one binding, or the whole deployment, has used up in one UTC month. */
export interface MonthTotal extends DayTotal {
  /** What work whose price was known has cost; absent while there is none. */
  cost?: RunCost;
  /** Of the deployment: what it may use, as the run that began last was told. */
  limits?: MonthLimits;
}

/** One run's part of it. */
export interface DayShare {
  usedTokens: number;
  reservedTokens: number;
}

/** Whose month it is. */
export type MonthOwner = 'binding' | 'deployment';

export type BudgetLimits = Pick<Budget, 'runsPerDay' | 'tokensPerDay' | 'maxTokens'> &
  MonthLimits & {
    /** What all bindings may use together. */
    deployment?: MonthLimits;
    /** Of the money that is counted; absent where no price is known. */
    currency?: string;
  };

export type DayBudgetPlan =
  | { action: 'start'; total: DayTotal; share: DayShare }
  /** `promised`: enough is not used yet, but set aside for others; what they leave is free when they end. */
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'promised' };

/** Of all budgets together: the one that keeps a run waiting for longest says why. */
export type BudgetPlan =
  | DayBudgetPlan
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'cost' | 'promised'; month: MonthOwner };

/** One run on one UTC day of one binding. */
export interface BudgetEntry {
  /** The Jira project of the binding. */
  jiraProject: string;
  /** `2026-01-05`; a run belongs to the day it began on, also past midnight, and to the month of that day. */
  day: string;
  runId: string;
  /** Whose months count it besides the day. */
  months?: readonly MonthOwner[];
}

/**
 * What bindings use up per UTC day and month, exact over all runners: the totals and the shares of a run are one write,
 * guarded by the versions of the totals. None is ever summed up from runs: a month is read as one row.
 */
export interface Budgets {
  start(entry: BudgetEntry, limits: BudgetLimits): Promise<BudgetPlan>;
  /** What is used up of a day so far; changes nothing. */
  find(day: Pick<BudgetEntry, 'jiraProject' | 'day'>): Promise<DayTotal>;
  /** The same of a month such as `2026-01`, of the whole deployment where no project is named. */
  findMonth(month: { jiraProject?: string; month: string }): Promise<MonthTotal>;
  /** Call once per started attempt, with the tokens this attempt used and what they cost, where that is known. */
  end(entry: BudgetEntry, usedTokens: number, cost?: RunCost): Promise<void>;
  /**
   * Forgets at most `limit` entries of days before `day`, and of the months that had ended by then; resolves to how
   * many.
   */
  purge(day: string, limit: number): Promise<number>;
}
