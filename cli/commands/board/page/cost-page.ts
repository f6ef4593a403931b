import { html } from 'hono/html';
import { addCosts, formatCost, type RunCost } from '../../../../shared/domain/runs/run-cost.ts';
import type { CliIO } from '../../../io/io.ts';
import { countOf } from '../../../output/count-of.ts';
import type { DayBudgetsState } from '../read/read-budgets.ts';
import type { GroupCost, MonthCost } from '../read/read-cost.ts';
import type { MonthBudgetsState } from '../read/read-month-budgets.ts';
import { renderBudgets } from './budgets.ts';
import { formatCount } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { renderMonthBudgets } from './month-budgets.ts';
import { type Column, renderTable } from './table.ts';

/** Money, where prices are known, and tokens in one month: by binding, by model and by day. */
export function renderCostPage(
  { month, bindings, models, days, left, unreadable }: MonthCost,
  {
    months,
    budgets,
    monthBudgets,
    now,
    nameCommands,
  }: {
    months: readonly string[];
    /** Of today; absent for a month that is over. */
    budgets: DayBudgetsState | undefined;
    /** Of this month; absent for a month that is over. */
    monthBudgets: MonthBudgetsState | undefined;
    now: number;
    nameCommands: CliIO['nameCommands'];
  },
): Html {
  const links = [...new Set([...months, month])].map((one) =>
    one === month
      ? html` <a class="button" href="/cost?month=${one}" aria-current="page"><b>${one}</b></a>`
      : html` <a class="button" href="/cost?month=${one}">${one}</a>`,
  );
  const hasMoney = bindings.some(({ cost }) => cost !== undefined);
  return renderLayout({
    title: `Cost of ${month}`,
    page: '/cost',
    body: html`<h1>Cost of ${month}</h1>
<nav class="bar" aria-label="Months">${links}</nav>
${renderGroups('Binding', 'Runs created in this month (UTC), by binding, the dearest first', bindings, hasMoney)}
${budgets === undefined ? '' : renderBudgets(budgets, now)}
${monthBudgets === undefined ? '' : renderMonthBudgets(monthBudgets, now)}
${
  bindings.length > 0
    ? html`<h2>By model</h2>${renderGroups('Model', 'The same runs by model, the dearest first', models, hasMoney)}
<h2>By day</h2>${renderGroups('Day', 'The same runs by day (UTC), newest first', days, hasMoney)}`
    : ''
}
${left > 0 ? html`<p class="soft">${countOf(left, 'older run')} of this month not counted.</p>` : ''}${unreadable > 0 ? html`<p class="soft">${countOf(unreadable, 'run')} of this month cannot be read and is not counted.</p>` : ''}
<p class="soft">Runs leave the tables after <code>RUN_RETENTION_DAYS</code>; <code>${nameCommands('cmap runs export')}</code> has those of kept days too. ${hasMoney ? html`Money is counted by the prices of the time (<code>MODEL_PRICES</code>).` : html`The setting <code>MODEL_PRICES</code> adds money.`}</p>`,
  });
}

function renderGroups(title: string, caption: string, groups: readonly GroupCost[], hasMoney: boolean): Html {
  const rows = groups.length > 1 ? [...groups, total(groups)] : groups;
  return renderTable({
    caption,
    columns: hasMoney ? [{ title }, { title: 'Cost', number: true }, ...NUMBERS] : [{ title }, ...NUMBERS],
    rows: rows.map((cost) => toRow(cost, hasMoney)),
    empty: 'No run was created in this month, or its runs have left the tables.',
  });
}

const NUMBERS: readonly Column[] = [
  { title: 'Tokens', number: true },
  { title: 'Runs', number: true },
  { title: 'Failed', number: true, minor: true },
  { title: 'Calls', number: true, minor: true },
  { title: 'Tokens in', number: true, minor: true },
  { title: 'Tokens out', number: true, minor: true },
];

function toRow({ group, cost, ...counts }: GroupCost, hasMoney: boolean): string[] {
  const { runs, failed, modelCalls, inputTokens, outputTokens } = counts;
  const numbers = [inputTokens + outputTokens, runs, failed, modelCalls, inputTokens, outputTokens];
  return [group, ...(hasMoney ? [cost ? formatCost(cost) : '–'] : []), ...numbers.map(formatCount)];
}

function total(costs: readonly GroupCost[]): GroupCost {
  const sum = (pick: (cost: GroupCost) => number) => costs.reduce((all, cost) => all + pick(cost), 0);
  const paid = costs.flatMap(({ cost }) => (cost ? [cost] : []));
  const cost = paid.reduce<RunCost | undefined>(addCosts, undefined);
  const isUnknown = costs.some(({ cost: one, modelCalls }) => !one && modelCalls > 0);
  return {
    group: 'all',
    ...(cost ? { cost: isUnknown ? { ...cost, incomplete: true } : cost } : {}),
    runs: sum(({ runs }) => runs),
    failed: sum(({ failed }) => failed),
    modelCalls: sum(({ modelCalls }) => modelCalls),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  };
}
