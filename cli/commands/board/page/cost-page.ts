import { html } from 'hono/html';
import { countOf } from '../../../output/count-of.ts';
import type { BindingCost, MonthCost } from '../read/read-cost.ts';
import { formatCount } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { type Column, renderTable } from './table.ts';

/** Tokens by binding in one month. */
export function renderCostPage({ month, bindings, left, unreadable }: MonthCost, months: readonly string[]): Html {
  const links = [...new Set([...months, month])].map((one) =>
    one === month
      ? html` <a class="button" href="/cost?month=${one}" aria-current="page"><b>${one}</b></a>`
      : html` <a class="button" href="/cost?month=${one}">${one}</a>`,
  );
  const rows = bindings.length > 1 ? [...bindings, total(bindings)] : bindings;
  return renderLayout({
    title: `Cost of ${month}`,
    page: '/cost',
    body: html`<h1>Cost of ${month}</h1>
<nav class="bar" aria-label="Months">${links}</nav>
${renderTable({
  caption: 'Runs created in this month (UTC), by binding, the dearest first',
  columns: COLUMNS,
  rows: rows.map((cost) => toRow(cost)),
  empty: 'No run was created in this month, or its runs have left the tables.',
})}
${left > 0 ? html`<p class="soft">${countOf(left, 'older run')} of this month not counted.</p>` : ''}${unreadable > 0 ? html`<p class="soft">${countOf(unreadable, 'run')} of this month cannot be read and is not counted.</p>` : ''}
<p class="soft">Runs leave the tables after <code>RUN_RETENTION_DAYS</code>; <code>cmap runs export</code> has those of kept days too. What the model endpoint charges for a token is not known here.</p>`,
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'Binding' },
  { title: 'Tokens', number: true },
  { title: 'Runs', number: true },
  { title: 'Failed', number: true, minor: true },
  { title: 'Calls', number: true, minor: true },
  { title: 'Tokens in', number: true, minor: true },
  { title: 'Tokens out', number: true, minor: true },
];

function toRow({ binding, runs, failed, modelCalls, inputTokens, outputTokens }: BindingCost): string[] {
  const numbers = [inputTokens + outputTokens, runs, failed, modelCalls, inputTokens, outputTokens];
  return [binding, ...numbers.map(formatCount)];
}

function total(costs: readonly BindingCost[]): BindingCost {
  const sum = (pick: (cost: BindingCost) => number) => costs.reduce((all, cost) => all + pick(cost), 0);
  return {
    binding: 'all',
    runs: sum(({ runs }) => runs),
    failed: sum(({ failed }) => failed),
    modelCalls: sum(({ modelCalls }) => modelCalls),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  };
}
