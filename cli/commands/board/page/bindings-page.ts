import { html } from 'hono/html';
import { hasJiraProject } from '../../../../shared/domain/mapping/binding.ts';
import { bindingName } from '../../../../shared/domain/mapping/binding-key.ts';
import type { PollerState } from '../../../../shared/domain/ports/poller-states.ts';
import { describeError, isErrorCode } from '../../../../shared/kernel/errors.ts';
import { formatLimits, formatRunBudget } from '../../../output/format-limits.ts';
import { formatModels, formatServers } from '../../../output/format-sessions.ts';
import { formatTrigger } from '../../map/format-trigger.ts';
import type { BindingEntry, BindingsState } from '../read/read-bindings.ts';
import { renderLink, renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { type Column, renderTable } from './table.ts';

/** Which project is bound to which repository, whether that works, and how the pollers are doing. */
export function renderBindingsPage(state: BindingsState, now: number): Html {
  const { version, notes, entries, notAsked, pollers } = state;
  const inForce = version
    ? html`<p>In force is the map of generation ${version.generation}, applied ${renderTime(version.appliedAt, now)}.</p>`
    : html`<p>No map was put in force yet; this is the source.</p>`;
  return renderLayout({
    title: 'Bindings',
    page: '/bindings',
    body: html`<h1>Bindings</h1>
${inForce}
${notes.length > 0 ? html`<div class="panel warn">${notes.map((note) => html`<p>${note}</p>`)}</div>` : ''}
${notAsked === undefined ? '' : html`<p class="soft">GitLab was not asked: ${notAsked}</p>`}
${renderTable({
  caption: 'Bindings, with their repositories as GitLab shows them to the credentials of this machine',
  columns: COLUMNS,
  rows: entries.map((entry) => toRow(entry)),
  empty: 'The map has no bindings.',
})}
<h2>Pollers</h2>
${renderTable({
  caption: 'When each poller last succeeded',
  columns: POLLER_COLUMNS,
  rows: [...pollers].map(([name, poller]) => toPollerRow(name, poller, now)),
  empty: 'No poller has run yet.',
})}`,
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'Project' },
  { title: 'Health' },
  { title: 'Repository' },
  { title: 'Trigger', minor: true },
  { title: 'Credential', minor: true },
  { title: 'Mode', minor: true },
  { title: 'Model', minor: true },
  { title: 'MCP servers', minor: true },
  { title: 'Limits', minor: true },
];

function toRow(entry: BindingEntry): (Html | string)[] {
  const { binding } = entry;
  const { route, repo, credentialRef } = binding;
  const name = bindingName(binding);
  const repository = renderLink(entry.state === 'ready' ? entry.project.webUrl : undefined, repo);
  return [
    html`<a href="/runs?binding=${encodeURIComponent(name)}">${name}</a>${route ? html` <span class="note">route ${route.name}</span>` : ''}`,
    renderHealth(entry),
    hasJiraProject(binding)
      ? html`${repository} <span class="note">to ${binding.targetBranch}</span>`
      : html`${repository} <span class="note">reviews and answers only</span>`,
    hasJiraProject(binding) ? formatTrigger(binding.trigger) : 'none',
    credentialRef,
    binding.mode,
    formatModels(binding.model) || "the deployment's",
    formatServers(binding.mcpServers) || 'none',
    [...formatRunBudget(binding.budget), ...formatLimits(binding)].join(', ') || 'none',
  ];
}

function renderHealth(entry: BindingEntry): Html {
  if (entry.state === 'ready') return html`<span class="state done">ready</span>`;
  if (entry.state === 'unknown') return html`<span class="soft">not asked</span>`;
  const { reason, hint } = entry.quarantine;
  return html`<span class="state failed">quarantined</span><span class="note">${reason}: ${hint}</span>`;
}

const POLLER_COLUMNS: readonly Column[] = [
  { title: 'Poller' },
  { title: 'Last success' },
  { title: 'Failures since', number: true },
  { title: 'Details' },
];

function toPollerRow(name: string, poller: PollerState, now: number): (Html | string)[] {
  const { lastSuccessAt, failures } = poller;
  return [
    name,
    lastSuccessAt === undefined ? 'never' : renderTime(lastSuccessAt, now),
    String(failures),
    describePoller(poller),
  ];
}

function describePoller({ failures, code = '', refused = [] }: PollerState): string {
  const failure = failures > 0 && code !== '' ? [isErrorCode(code) ? describeError(code).sentence : code] : [];
  return [...failure, ...(refused.length > 0 ? [`Not looked at: ${refused.join(', ')}.`] : [])].join(' ');
}
