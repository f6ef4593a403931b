import type { DayBudgetPlan, DayBudgets, DayEntry, DayShare, DayTotal } from '../../../domain/ports/day-budgets.ts';
import { planDayBudget, planDayEnd } from '../../../domain/tasks/plan-day-budget.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import type { Change, Row, Rows } from './rows.ts';
import { buildTableKey } from './table-key.ts';

const PARTITION = 'budgets';

export interface DayBudgetDeps {
  rows: Rows;
  clock: Pick<Clock, 'sleep'>;
}

/** Totals and shares per day and Jira project, in one partition so that both are written together. */
export function createDayBudgets({ rows, clock }: DayBudgetDeps): DayBudgets {
  const change = async <T>(
    { jiraProject, day, runId }: DayEntry,
    plan: (total: DayTotal, share: DayShare | undefined) => { total?: DayTotal; share?: DayShare; answer: T },
  ): Promise<T> => {
    const totalKey = buildTableKey(day, jiraProject, 'total');
    const shareKey = buildTableKey(day, jiraProject, 'run', runId);
    const attempt = async () => {
      const [totalRow, shareRow] = await Promise.all([rows.find(PARTITION, totalKey), rows.find(PARTITION, shareKey)]);
      const next = plan(readTotal(totalRow), shareRow && readShare(shareRow));
      if (!next.total || !next.share) return next.answer;
      const fields = { ...next.total };
      const total: Change = totalRow
        ? { kind: 'replace', key: totalKey, fields, version: totalRow.version }
        : { kind: 'insert', key: totalKey, fields };
      const share: Change = { kind: 'put', key: shareKey, fields: { ...next.share } };
      return (await rows.write(PARTITION, [total, share])) ? next.answer : LOST;
    };
    return compareAndSet<T>(attempt, { clock, what: 'a day budget' });
  };

  return {
    start: (entry, limits) =>
      change<DayBudgetPlan>(entry, (total, earlier) => {
        const plan = planDayBudget(total, earlier, limits);
        return plan.action === 'start' ? { total: plan.total, share: plan.share, answer: plan } : { answer: plan };
      }),

    end: (entry, usedTokens) =>
      change<void>(entry, (total, share) =>
        share ? { ...planDayEnd(total, share, usedTokens), answer: undefined } : { answer: undefined },
      ),

    find: async ({ jiraProject, day }) =>
      readTotal(await rows.find(PARTITION, buildTableKey(day, jiraProject, 'total'))),

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

function readTotal(row: Row | undefined): DayTotal {
  return { runs: read(row, 'runs'), usedTokens: read(row, 'usedTokens'), reservedTokens: read(row, 'reservedTokens') };
}

function readShare(row: Row): DayShare {
  return { usedTokens: read(row, 'usedTokens'), reservedTokens: read(row, 'reservedTokens') };
}

/** A row that is not ours counts as nothing; the next write puts it right. */
function read(row: Row | undefined, name: string): number {
  const value = row?.fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
