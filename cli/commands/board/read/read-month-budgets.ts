import pLimit from 'p-limit';
import type { MonthLimits } from '../../../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../../shared/domain/mapping/bindings.ts';
import type { MonthTotal } from '../../../../shared/domain/ports/budgets.ts';
import { type MonthPlan, planMonthBudget } from '../../../../shared/domain/tasks/plan-month-budget.ts';
import { utcMonth } from '../../../../shared/kernel/utc-day.ts';
import type { Board } from './board.ts';

/** A budget of a month, and what is used up of it so far. */
export interface MonthBudget {
  /** What people call the binding; absent: of the whole deployment. */
  name?: string;
  limits: MonthLimits;
  total: MonthTotal;
  /** What would become of a run that begins now, by this budget alone. */
  next: MonthPlan;
}

export interface MonthBudgetsState {
  /** Of the deployment, then of bindings, the fullest first. */
  budgets: MonthBudget[];
  /** Budgets that were not read. */
  left: number;
}

/** Budgets that are read for one page. */
const MOST_READ = 200;
const READS_AT_ONCE = 16;
/** Fewer runs are no reason to wait; what a run may use at most is known of bindings only. */
const ANY_RUN = { maxTokens: 1 };

/**
 * What the deployment and the bindings of the map have used up this month, UTC. Costs one read, and one for each
 * binding that has a budget of a month, however many runs there were.
 */
export async function readMonthBudgets(board: Pick<Board, 'map' | 'storage' | 'clock'>): Promise<MonthBudgetsState> {
  const [{ bindings = [] }, { budgets: stored }] = await Promise.all([board.map(), board.storage()]);
  const month = utcMonth(board.clock.now());
  // Routes of one Jira project share its budget.
  const { entries } = createBindings(bindings);
  const limited = entries.filter(({ budget }) => isMonthLimited(budget));
  const [all, read] = await Promise.all([
    stored.findMonth({ month }),
    pLimit(READS_AT_ONCE).map(limited.slice(0, MOST_READ), async (binding): Promise<MonthBudget> => {
      const { budget } = binding;
      const total = await stored.findMonth({ bindingKey: entryKey(binding), month });
      return {
        name: bindingName(binding),
        limits: budget,
        total,
        next: planMonthBudget(total, undefined, budget, budget),
      };
    }),
  ]);
  const { limits } = all;
  const deployment = limits ? [{ limits, total: all, next: planMonthBudget(all, undefined, limits, ANY_RUN) }] : [];
  return {
    budgets: [...deployment, ...read.toSorted((a, b) => fullness(b) - fullness(a))],
    left: limited.length - read.length,
  };
}

/** Whether anything of a month is limited. */
export function isMonthLimited({ runsPerMonth, tokensPerMonth, costPerMonth }: MonthLimits): boolean {
  return (runsPerMonth ?? tokensPerMonth ?? costPerMonth) !== undefined;
}

/** The share of the budget that is nearest to its limit. */
function fullness({ total, limits }: MonthBudget): number {
  const { runsPerMonth = Number.POSITIVE_INFINITY, tokensPerMonth = Number.POSITIVE_INFINITY } = limits;
  const { costPerMonth = Number.POSITIVE_INFINITY } = limits;
  return Math.max(
    total.runs / runsPerMonth,
    (total.usedTokens + total.reservedTokens) / tokensPerMonth,
    (total.cost?.amount ?? 0) / costPerMonth,
  );
}
