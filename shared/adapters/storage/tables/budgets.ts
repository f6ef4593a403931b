import * as z from 'zod';
import type {
  BudgetEntry,
  BudgetPlan,
  Budgets,
  DayShare,
  DayTotal,
  MonthOwner,
  MonthTotal,
} from '../../../domain/ports/budgets.ts';
import type { RunCost } from '../../../domain/runs/run-cost.ts';
import { type Accounts, planBudgets } from '../../../domain/tasks/plan-budgets.ts';
import { planMonthEnd } from '../../../domain/tasks/plan-month-budget.ts';
import { planPeriodEnd } from '../../../domain/tasks/plan-period.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import { monthOf } from '../../../kernel/utc-day.ts';
import type { Change, Fields, Row, Rows } from './rows.ts';
import { buildTableKey } from './table-key.ts';

const PARTITION = 'budgets';
/** Stands where the others have the key of a binding, and is none: its sums are of all bindings. */
const ALL_BINDINGS = '~all';

export interface BudgetDeps {
  rows: Rows;
  clock: Pick<Clock, 'sleep'>;
}

interface Place {
  total: string;
  share: string;
}

/** A total and a share as they were read, and what they become. */
interface Step {
  place: Place;
  before: Row | undefined;
  /** Of a day, the part that days have. */
  total: MonthTotal;
  share: DayShare;
}

/**
 * Totals and shares per day, month and binding, in one partition so that all of a run are written together. Rows
 * of a month sort behind those of its days (`2026-01:` after `2026-01-31`), so that the purge, which forgets what sorts
 * before a day, reaches a month only when the next one has begun.
 */
export function createBudgets({ rows, clock }: BudgetDeps): Budgets {
  const readAll = (entry: BudgetEntry) =>
    Promise.all(
      placesOf(entry).map(async (place) => {
        const [total, share] = await Promise.all([
          rows.find(PARTITION, place.total),
          rows.find(PARTITION, place.share),
        ]);
        return { place, total, share: share && readShare(share) };
      }),
    );

  const writeAll = (steps: readonly Step[]) => rows.write(PARTITION, steps.flatMap(toChanges));

  return {
    start: (entry, limits) =>
      compareAndSet<BudgetPlan>(
        async () => {
          const [day, ...months] = await readAll(entry);
          if (!day) throw new TypeError('Every entry has a day');
          const accounts: Accounts = {
            day: { total: readTotal(day.total), share: day.share },
            months: months.map(({ total, share }, index) => ({
              owner: entry.months?.[index] ?? 'binding',
              total: readMonth(total),
              share,
            })),
          };
          const { answer, begun, lost } = planBudgets(accounts, limits);
          const changed = begun ? [begun.day, ...begun.months] : [undefined, ...(lost ?? [])];
          const steps = changed.flatMap((next, index): Step[] => {
            const read = [day, ...months][index];
            return read && next ? [{ place: read.place, before: read.total, ...next }] : [];
          });
          if (steps.length === 0) return answer;
          return (await writeAll(steps.map((step) => withLimits(step, limits.deployment)))) ? answer : LOST;
        },
        { clock, what: 'a budget' },
      ),

    count: (entry, begins, counted) =>
      compareAndSet<void>(
        async () => {
          const rowsOfShares = await Promise.all(placesOf(entry).map(({ share }) => rows.find(PARTITION, share)));
          const changes = rowsOfShares.flatMap((row): Change[] => {
            const share = row && readShare(row);
            if (!row || share?.begins !== begins || share.reservedTokens === 0) return [];
            const fields = toShareFields({ ...share, counted });
            return [{ kind: 'replace', key: row.key, fields, version: row.version }];
          });
          return changes.length === 0 || (await rows.write(PARTITION, changes)) ? undefined : LOST;
        },
        { clock, what: 'a budget' },
      ),

    end: (entry, usedTokens, cost) =>
      compareAndSet<void>(
        async () => {
          const steps = (await readAll(entry)).flatMap(({ place, total, share }, index): Step[] => {
            if (!share) return [];
            const ended =
              index === 0
                ? planPeriodEnd(readTotal(total), share, usedTokens)
                : planMonthEnd(readMonth(total), share, usedTokens, cost);
            return [{ place, before: total, ...ended }];
          });
          return steps.length === 0 || (await writeAll(steps)) ? undefined : LOST;
        },
        { clock, what: 'a budget' },
      ),

    find: async ({ bindingKey, day }) => readTotal(await rows.find(PARTITION, buildTableKey(day, bindingKey, 'total'))),

    findMonth: async ({ bindingKey = ALL_BINDINGS, month }) =>
      readMonth(await rows.find(PARTITION, buildTableKey(month, bindingKey, 'total'))),

    async purge(day, limit) {
      let purged = 0;
      for await (const { key, version } of rows.list(PARTITION, { before: buildTableKey(day) })) {
        if (purged >= limit) break;
        if (await rows.write(PARTITION, [{ kind: 'remove', key, version }])) purged += 1;
      }
      return purged;
    },
  };
}

/** The day first. */
function placesOf({ bindingKey, day, runId, months = [] }: BudgetEntry): Place[] {
  const place = (period: string, owner: string): Place => ({
    total: buildTableKey(period, owner, 'total'),
    share: buildTableKey(period, owner, 'run', runId),
  });
  const ofMonth = (owner: MonthOwner) => place(monthOf(day), owner === 'binding' ? bindingKey : ALL_BINDINGS);
  return [place(day, bindingKey), ...months.map(ofMonth)];
}

function toChanges({ place, before, total, share }: Step): Change[] {
  const fields = toFields(total);
  return [
    before
      ? { kind: 'replace', key: place.total, fields, version: before.version }
      : { kind: 'insert', key: place.total, fields },
    { kind: 'put', key: place.share, fields: toShareFields(share) },
  ];
}

/** What the deployment may use is a setting of its runners: who reads the total elsewhere learns it from there. */
function withLimits(step: Step, limits: MonthTotal['limits']): Step {
  const isOfAll = step.place.total.includes(`:${ALL_BINDINGS}:`);
  return isOfAll && limits ? { ...step, total: { ...step.total, limits } } : step;
}

function toFields({ runs, usedTokens, reservedTokens, cost, otherCosts, limits }: MonthTotal): Fields {
  return {
    runs,
    usedTokens,
    reservedTokens,
    ...(cost ? toCostFields(cost) : {}),
    ...(otherCosts ? { otherCosts: JSON.stringify(otherCosts) } : {}),
    ...limits,
  };
}

function toShareFields({ counted, ...share }: DayShare): Fields {
  if (!counted) return { ...share };
  return { ...share, countedTokens: counted.tokens, ...(counted.cost ? toCostFields(counted.cost) : {}) };
}

function toCostFields({ amount, currency, incomplete }: RunCost): Fields {
  return { cost: amount, currency, isCostIncomplete: incomplete ?? false };
}

function readTotal(row: Row | undefined): DayTotal {
  return { runs: read(row, 'runs'), usedTokens: read(row, 'usedTokens'), reservedTokens: read(row, 'reservedTokens') };
}

function readMonth(row: Row | undefined): MonthTotal {
  const cost = readCost(row);
  const otherCosts = readOtherCosts(row?.fields['otherCosts']);
  const limits = Object.fromEntries(
    LIMITS.flatMap((name) => (row?.fields[name] === undefined ? [] : [[name, read(row, name)] as const])),
  );
  return {
    ...readTotal(row),
    ...(cost ? { cost } : {}),
    ...(otherCosts.length > 0 ? { otherCosts } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

const LIMITS = ['runsPerMonth', 'tokensPerMonth', 'costPerMonth'] as const;

function readShare(row: Row): DayShare {
  const cost = readCost(row);
  const counted = { tokens: read(row, 'countedTokens'), ...(cost ? { cost } : {}) };
  return {
    usedTokens: read(row, 'usedTokens'),
    reservedTokens: read(row, 'reservedTokens'),
    ...(row.fields['begins'] === undefined ? {} : { begins: read(row, 'begins') }),
    ...(row.fields['countedTokens'] === undefined ? {} : { counted }),
  };
}

function readCost(row: Row | undefined): RunCost | undefined {
  const currency = row?.fields['currency'];
  if (typeof currency !== 'string') return undefined;
  const isIncomplete = row?.fields['isCostIncomplete'] === true;
  return { amount: read(row, 'cost'), currency, ...(isIncomplete ? { incomplete: true } : {}) };
}

const OtherCosts = lazily(() =>
  z.array(z.object({ amount: z.number(), currency: z.string(), incomplete: z.literal(true).optional() })).catch([]),
);

function readOtherCosts(field: unknown): RunCost[] {
  return typeof field === 'string' ? OtherCosts().parse(parseJson(field)) : [];
}

/** A row that is not ours counts as nothing; the next write puts it right. */
function read(row: Row | undefined, name: string): number {
  const value = row?.fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
