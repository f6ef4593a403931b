import { html } from 'hono/html';
import { nextUtcDay } from '../../../../shared/kernel/utc-day.ts';
import { countOf } from '../../../output/count-of.ts';
import { formatSpan } from '../../../output/format-time.ts';
import type { BindingBudget, DayBudgetsState } from '../read/read-budgets.ts';
import type { Html } from './layout.ts';
import { formatNumber, renderUse } from './render-use.ts';
import { type Column, renderTable } from './table.ts';

/** What of the day's budgets is used up, what is left, and what happens to the next run. */
export function renderBudgets({ budgets, unlimited, left }: DayBudgetsState, now: number): Html {
  const untilTomorrow = formatSpan(nextUtcDay(now) - now);
  return html`<h2 id="budgets">Budgets of today</h2>
${renderTable({
  caption: `What bindings have used up of a day (UTC), which ends in ${untilTomorrow}; the fullest first`,
  columns: COLUMNS,
  rows: budgets.map((budget) => toRow(budget, untilTomorrow)),
  empty: 'No binding has a budget of a day.',
})}
<p class="soft">${budgets.length > 0 ? 'At a limit new runs wait until the next day, their tickets say so, and they begin by themselves. ' : ''}${left > 0 ? `${countOf(left, 'more budget')} ${left === 1 ? 'is' : 'are'} not shown. ` : ''}${unlimited > 0 ? `${countOf(unlimited, 'binding')} ${unlimited === 1 ? 'has' : 'have'} none. ` : ''}<code>budget</code> in a binding sets <code>runs_per_day</code> and <code>tokens_per_day</code>.</p>`;
}

const COLUMNS: readonly Column[] = [
  { title: 'Binding' },
  { title: 'Runs begun' },
  { title: 'Tokens' },
  { title: 'Left' },
  { title: 'The next run' },
];

function toRow(budget: BindingBudget, untilTomorrow: string): (Html | string)[] {
  const { name, runsPerDay, tokensPerDay, total } = budget;
  const tokens = total.usedTokens + total.reservedTokens;
  const promised =
    tokensPerDay !== undefined && total.reservedTokens > 0
      ? html`<span class="note">${formatNumber(total.reservedTokens)} of them promised to runs at work</span>`
      : '';
  return [
    html`<a href="/runs?binding=${encodeURIComponent(name)}">${name}</a>`,
    renderUse(`Runs of ${name} today`, total.runs, runsPerDay),
    html`${renderUse(`Tokens of ${name} today`, tokens, tokensPerDay)}${promised}`,
    describeLeft(budget),
    describeNext(budget, untilTomorrow),
  ];
}

function describeLeft({ runsPerDay, tokensPerDay, total }: BindingBudget): string {
  const runs = runsPerDay === undefined ? [] : [countOf(Math.max(0, runsPerDay - total.runs), 'run')];
  const used = total.usedTokens + total.reservedTokens;
  const tokens = tokensPerDay === undefined ? [] : [`${formatNumber(Math.max(0, tokensPerDay - used))} tokens`];
  return [...runs, ...tokens].join(', ');
}

function describeNext({ next }: BindingBudget, untilTomorrow: string): Html {
  if (next.action === 'start') return html`<span class="state done">begins at once</span>`;
  return next.spent === 'promised'
    ? html`<span class="state parked">waits</span> <span class="note">until a run at work leaves some tokens</span>`
    : html`<span class="state parked">waits</span> <span class="note">for ${untilTomorrow}: the ${next.spent} of today are used up</span>`;
}
