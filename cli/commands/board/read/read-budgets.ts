import pLimit from 'p-limit';
import type { Binding } from '../../../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../../shared/domain/mapping/bindings.ts';
import type { DayBudgetPlan, DayTotal } from '../../../../shared/domain/ports/budgets.ts';
import { planDayBudget } from '../../../../shared/domain/tasks/plan-day-budget.ts';
import { utcDay } from '../../../../shared/kernel/utc-day.ts';
import type { Board } from './board.ts';

/** A budget of a day, and what is used up of it so far. */
export interface BindingBudget {
  /** What people call the binding. */
  name: string;
  runsPerDay?: number;
  tokensPerDay?: number;
  total: DayTotal;
  /** What would become of a run that begins now. */
  next: DayBudgetPlan;
}

export interface DayBudgetsState {
  /** The fullest first. */
  budgets: BindingBudget[];
  /** Bindings without a budget of a day. */
  unlimited: number;
  /** Budgets that were not read. */
  left: number;
}

/** Budgets that are read for one page. */
const MOST_READ = 200;
const READS_AT_ONCE = 16;

/** What the bindings of the map have used up today, UTC. Costs one read for each binding that has a budget of a day. */
export async function readBudgets(board: Pick<Board, 'map' | 'storage' | 'clock'>): Promise<DayBudgetsState> {
  const [{ bindings = [] }, storage] = await Promise.all([board.map(), board.storage()]);
  const day = utcDay(board.clock.now());
  // Routes of one Jira project share its budget.
  const { entries } = createBindings(bindings);
  const limited = entries.filter(({ budget }) => budget.runsPerDay !== undefined || budget.tokensPerDay !== undefined);
  const budgets = await pLimit(READS_AT_ONCE).map(limited.slice(0, MOST_READ), async (binding) =>
    judge(binding, await storage.budgets.find({ bindingKey: entryKey(binding), day })),
  );
  return {
    budgets: budgets.toSorted((a, b) => fullness(b) - fullness(a)),
    unlimited: entries.length - limited.length,
    left: limited.length - budgets.length,
  };
}

function judge(binding: Binding, total: DayTotal): BindingBudget {
  const { budget } = binding;
  const { runsPerDay, tokensPerDay } = budget;
  return {
    name: bindingName(binding),
    ...(runsPerDay === undefined ? {} : { runsPerDay }),
    ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
    total,
    next: planDayBudget(total, undefined, budget),
  };
}

/** The share of the budget that is nearest to its limit. */
function fullness({ total, runsPerDay, tokensPerDay }: BindingBudget): number {
  const ofRuns = runsPerDay === undefined ? 0 : total.runs / runsPerDay;
  const ofTokens = tokensPerDay === undefined ? 0 : (total.usedTokens + total.reservedTokens) / tokensPerDay;
  return Math.max(ofRuns, ofTokens);
}
