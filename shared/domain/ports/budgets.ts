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
  /** What work whose price was known has cost, in the currency that is counted now; absent while there is none. */
  cost?: RunCost;
  /** The same in currencies that were counted earlier in the month. No rate is known, so no limit counts them. */
  otherCosts?: readonly RunCost[];
  /** Of the deployment: what it may use, as the run that began last was told. */
  limits?: MonthLimits;
}

/** One run's part of it. */
export interface DayShare {
  usedTokens: number;
  reservedTokens: number;
  /**
   * The number of its newest attempt, the same in all shares this attempt has; a runner that was taken for dead counts
   * nothing for the attempt after its own.
   */
  begins?: number;
  /** What the attempt that is at work has used at most; absent where its runner, of an earlier version, counts none. */
  counted?: CountedUse;
}

/** What an attempt has used at most. It is written before the model is called, so it holds also when a runner dies. */
export interface CountedUse {
  tokens: number;
  /** Absent where no money is counted. */
  cost?: RunCost;
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
  | { action: 'start'; total: DayTotal; share: DayShare; otherCosts?: readonly RunCost[] }
  /** `promised`: enough is not used yet, but set aside for others; what they leave is free when they end. */
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'promised' };

/** Of all budgets together: the one that keeps a run waiting for longest says why. */
export type BudgetPlan =
  | DayBudgetPlan
  | { action: 'wait'; spent: 'runs' | 'tokens' | 'cost' | 'promised'; month: MonthOwner };

/** One run on one UTC day of one binding. */
export interface BudgetEntry {
  /** What `entryKey` says of it: all routes of a Jira project have one budget. */
  bindingKey: string;
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
  find(day: Pick<BudgetEntry, 'bindingKey' | 'day'>): Promise<DayTotal>;
  /** The same of a month such as `2026-01`, of the whole deployment where no binding is named. */
  findMonth(month: { bindingKey?: string; month: string }): Promise<MonthTotal>;
  /**
   * Raises what an attempt at work has used at most, which is what it counts when its runner dies. `begins` is the one
   * of the share it was started with; an attempt that is over counts nothing more.
   */
  count(entry: BudgetEntry, begins: number, counted: CountedUse): Promise<void>;
  /** Call once per started attempt, with the tokens this attempt used and what they cost, where that is known. */
  end(entry: BudgetEntry, usedTokens: number, cost?: RunCost): Promise<void>;
  /**
   * Forgets at most `limit` entries of days before `day`, and of the months that had ended by then; resolves to how
   * many.
   */
  purge(day: string, limit: number): Promise<number>;
}
