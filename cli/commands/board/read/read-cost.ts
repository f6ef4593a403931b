import pLimit from 'p-limit';
import type { Run } from '../../../../shared/domain/runs/run.ts';
import { addCosts, type RunCost } from '../../../../shared/domain/runs/run-cost.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { toIso } from '../../../../shared/kernel/to-iso.ts';
import { utcDay } from '../../../../shared/kernel/utc-day.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import type { Board } from './board.ts';
import { createBindingNames } from './name-binding.ts';

/** What some runs of a month used together: those of one binding, of one model or of one day. */
export interface GroupCost {
  group: string;
  runs: number;
  failed: number;
  modelCalls: number;
  inputTokens: number;
  outputTokens: number;
  /** By the prices of their time; absent where no run has one. */
  cost?: RunCost;
}

export interface MonthCost {
  /** `2026-11` */
  month: string;
  /** The dearest first. */
  bindings: GroupCost[];
  /** By the model that was asked, the dearest first; runs that named none stand together. */
  models: GroupCost[];
  /** By the day, UTC, on which they were created, newest first. */
  days: GroupCost[];
  /** Runs of the month that were not read. */
  left: number;
  /** Runs of the month whose rows cannot be read. */
  unreadable: number;
}

/** The runtime's own choice, or no session at all. */
const NO_MODEL = 'none named';

/** Runs that are read for one month. */
const MOST_READ = 5000;
const READS_AT_ONCE = 16;

/**
 * Adds up what the runs created in a month used, by binding, model and day. Costs one read for each run of that month.
 */
export async function readMonthCost(month: string, board: Board): Promise<MonthCost> {
  const { ledger } = await board.storage();
  const ids = await ledger.listCreated(...spanOfMonth(month));
  const limit = pLimit(READS_AT_ONCE);
  const runs = await limit.map(ids.slice(-MOST_READ), (runId) =>
    guardReading(runId, silentLog, () => ledger.find(runId)),
  );
  const nameOf = await createBindingNames(board);
  const known = runs.filter((run) => run !== undefined && run !== 'unreadable');
  return {
    month,
    bindings: addUp(known, ({ task }) => nameOf(task)),
    models: addUp(known, ({ facts }) => facts?.model ?? NO_MODEL),
    days: addUp(known, ({ createdAt }) => utcDay(createdAt)).toSorted((a, b) => (a.group < b.group ? 1 : -1)),
    left: Math.max(0, ids.length - MOST_READ),
    unreadable: runs.filter((run) => run === 'unreadable').length,
  };
}

/** A month that is one, `2026-11`; otherwise the one of the time. */
export function readMonth(text: string | undefined, now: number): string {
  return /^2\d{3}-(0[1-9]|1[0-2])$/.test(text ?? '') ? String(text) : toIso(now).slice(0, 7);
}

/** The month and those before it, newest first. */
export function listMonths(now: number, count: number): string[] {
  const date = new Date(now);
  return Array.from({ length: count }, (_, back) =>
    toIso(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back)).slice(0, 7),
  );
}

function spanOfMonth(month: string): [from: number, before: number] {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return [Date.UTC(year, number - 1), Date.UTC(year, number)];
}

function addUp(runs: readonly Run[], groupOf: (run: Run) => string): GroupCost[] {
  const costs = new Map<string, GroupCost>();
  const unpaid = new Set<string>();
  for (const run of runs) {
    const { state, facts, result } = run;
    const group = groupOf(run);
    const usage = facts?.usage ?? result?.usage;
    const cost = costs.get(group) ?? { group, runs: 0, failed: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0 };
    cost.runs += 1;
    cost.failed += state === 'failed' ? 1 : 0;
    cost.modelCalls += usage?.modelCalls ?? 0;
    cost.inputTokens += usage?.inputTokens ?? 0;
    cost.outputTokens += usage?.outputTokens ?? 0;
    const paid = facts?.cost ?? (usage && usage.modelCalls > 0 ? 'unknown' : undefined);
    if (paid === 'unknown') unpaid.add(group);
    else if (paid) cost.cost = addCosts(cost.cost, paid);
    costs.set(group, cost);
  }
  for (const one of costs.values()) if (one.cost && unpaid.has(one.group)) one.cost = { ...one.cost, incomplete: true };
  return [...costs.values()].toSorted(
    (a, b) => (b.cost?.amount ?? 0) - (a.cost?.amount ?? 0) || tokensOf(b) - tokensOf(a),
  );
}

function tokensOf({ inputTokens, outputTokens }: GroupCost): number {
  return inputTokens + outputTokens;
}
