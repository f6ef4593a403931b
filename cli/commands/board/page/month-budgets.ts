import { html } from 'hono/html';
import { formatCost } from '../../../../shared/domain/runs/run-cost.ts';
import { nextUtcMonth } from '../../../../shared/kernel/utc-day.ts';
import { countOf } from '../../../output/count-of.ts';
import { formatSpan } from '../../../output/format-time.ts';
import type { MonthBudget, MonthBudgetsState } from '../read/read-month-budgets.ts';
import type { Html } from './layout.ts';
import { formatNumber, renderUse } from './render-use.ts';
import { type Column, renderTable } from './table.ts';

/** What of the month's budgets is used up, what is left, and what happens to the next run. */
export function renderMonthBudgets({ budgets, left }: MonthBudgetsState, now: number): Html {
  const untilNext = formatSpan(nextUtcMonth(now) - now);
  return html`<h2 id="month-budgets">Budgets of this month</h2>
${renderTable({
  caption: `What the deployment and bindings have used up of a month (UTC), which ends in ${untilNext}; counted since a budget was first set`,
  columns: COLUMNS,
  rows: budgets.map((budget) => toRow(budget, untilNext)),
  empty: 'Neither the deployment nor a binding has a budget of a month.',
})}
<p class="soft">${budgets.length > 0 ? 'At a limit new runs wait until the next month or until it is raised, their tickets say so, and they begin by themselves. ' : ''}${left > 0 ? `${countOf(left, 'more budget')} ${left === 1 ? 'is' : 'are'} not shown. ` : ''}${budgets.some(({ total }) => total.cost?.incomplete) ? 'Where money says over, work is missing in it: its model had no price, or its runner died without a word on it. ' : ''}${budgets.some(({ total }) => total.otherCosts) ? OTHER_CURRENCY : ''}<code>budget</code> in a binding sets <code>runs_per_month</code>, <code>tokens_per_month</code> and <code>cost_per_month</code>; <code>RUNS_PER_MONTH</code>, <code>TOKENS_PER_MONTH</code> and <code>COST_PER_MONTH</code> are of the deployment and shown once a run has begun with them.</p>`;
}

const COLUMNS: readonly Column[] = [
  { title: 'Budget of' },
  { title: 'Runs begun' },
  { title: 'Tokens' },
  { title: 'Money' },
  { title: 'The next run' },
];

function toRow(budget: MonthBudget, untilNext: string): (Html | string)[] {
  const { limits, total } = budget;
  const name = budget.name ?? 'the deployment';
  const promised =
    limits.tokensPerMonth !== undefined && total.reservedTokens > 0
      ? html`<span class="note">${formatNumber(total.reservedTokens)} of them promised to runs at work</span>`
      : '';
  const tokens = total.usedTokens + total.reservedTokens;
  return [
    budget.name === undefined
      ? 'The deployment'
      : html`<a href="/runs?binding=${encodeURIComponent(name)}">${name}</a>`,
    renderUse(`Runs of ${name} this month`, total.runs, limits.runsPerMonth),
    html`${renderUse(`Tokens of ${name} this month`, limits.tokensPerMonth === undefined ? total.usedTokens : tokens, limits.tokensPerMonth)}${promised}`,
    renderMoney(name, budget),
    describeNext(budget, untilNext),
  ];
}

function renderMoney(name: string, { limits, total }: MonthBudget): Html {
  const { cost, otherCosts = [] } = total;
  const spent = cost ? formatCost(cost) : 'nothing known';
  const others = otherCosts.map(formatCost).join(', ');
  const beside = others === '' ? '' : html`<span class="note">${others} besides, in no limit</span>`;
  if (limits.costPerMonth === undefined) return html`${spent}, no limit${beside}`;
  const text = `${spent} of ${formatNumber(limits.costPerMonth)}`;
  return html`${renderUse(`Money of ${name} this month`, cost?.amount ?? 0, limits.costPerMonth, { text })}${beside}`;
}

const OTHER_CURRENCY =
  'The currency was changed in this month, and no rate is known, so a limit counts what was spent since then alone. ';

function describeNext({ next }: MonthBudget, untilNext: string): Html {
  if (next.action === 'start') return html`<span class="state done">begins at once</span>`;
  if (next.spent === 'promised')
    return html`<span class="state parked">waits</span> <span class="note">until a run at work leaves some tokens</span>`;
  const why =
    next.spent === 'cost' ? 'the money of this month is spent' : `the ${next.spent} of this month are used up`;
  return html`<span class="state parked">waits</span> <span class="note">for ${untilNext}: ${why}</span>`;
}
