import { html } from 'hono/html';
import { TASK_KINDS } from '../../../../shared/domain/runs/task.ts';
import { countOf } from '../../../output/count-of.ts';
import { formatTime } from '../../../output/format-time.ts';
import { QUERY_WORDS } from '../../run/query-words.ts';
import type { Names } from '../read/describe-subject.ts';
import type { RunsPage } from '../read/list-runs.ts';
import { type RunFilters, toSearch } from '../read/run-filters.ts';
import { type Html, renderFailure, renderLayout } from './layout.ts';
import { RUN_COLUMNS, renderRunRow } from './run-row.ts';

export interface RunsView {
  filters: RunFilters;
  /** Jira projects of the map. */
  bindings: readonly string[];
  /** Absent where the filters were not understood. */
  list?: RunsPage;
  problem?: string;
  names: Names;
  now: number;
}

const STATES = ['open', 'failed', 'running', 'parked', 'queued', 'planned', 'done', 'superseded', 'cancelled'];
const TIMES: readonly (readonly [value: string, text: string])[] = [
  ['1h', 'last hour'],
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
];

/** The page around the list of runs. */
export function renderRunsPage(list: Html): Html {
  return renderLayout({
    title: 'Runs',
    page: '/runs',
    body: html`<h1>Runs</h1>
${list}`,
  });
}

/** The list of runs with its filters. */
export function renderRunsList(view: RunsView): Html {
  const { list, problem } = view;
  return html`${renderFilters(view)}
${problem === undefined ? '' : renderFailure(problem)}
${list ? renderList(list, view) : ''}`;
}

function renderFilters({ filters, bindings }: RunsView): Html {
  const { state, binding, kind, since, text, failedFirst } = filters;
  return html`<form class="filters" method="get" action="/runs" aria-label="Filters" autocomplete="off" data-filters>
${renderSelect('state', 'State', state, STATES.map(toOption))}
${renderSelect('binding', 'Binding', binding, [...new Set([...bindings, binding])].filter(Boolean).map(toOption))}
${renderSelect('kind', 'Kind', kind, TASK_KINDS.map(toOption))}
${renderSelect('since', 'Created', since, TIMES)}
<label class="text">Text<input type="search" name="text" value="${text}" placeholder="PROJ-12, label:urgent, -is:done" title="Words, and ${QUERY_WORDS}; - excludes, a comma means or"></label>
<label class="check"><input type="checkbox" name="first" value="failed"${failedFirst ? html` checked` : ''}>Failed first</label>
<button type="submit">Show</button>
<a class="button" href="/runs">Clear</a>
</form>`;
}

const toOption = (value: string) => [value, value] as const;

function renderSelect(
  name: string,
  label: string,
  chosen: string,
  options: readonly (readonly [value: string, text: string])[],
): Html {
  const known = options.some(([value]) => value === chosen) || chosen === '' ? options : [...options, toOption(chosen)];
  const choices = known.map(
    ([value, text]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`,
  );
  return html`<label>${label}<select name="${name}"><option value="">all</option>${choices}</select></label>`;
}

function renderList(list: RunsPage, { filters, names, now }: RunsView): Html {
  const { runs, notes, next, back, read } = list;
  const rows = runs.map((run) => renderRunRow(run, names, now));
  const search = toSearch(filters, filters.after);
  return html`${notes.map((note) => html`<p class="soft">${note}</p>`)}
<div class="bar"><span id="count" class="soft">${countOf(runs.length, 'run')}${filters.after ? ', older ones' : ''}</span>
<output id="live" class="soft scripted" data-live="/runs/live${search}" aria-live="polite"></output></div>
<div class="scroll"><table class="cards" role="table" id="runs" data-failed-first="${filters.failedFirst ? 1 : 0}"><caption>Newest first${filters.failedFirst ? ', failed ones before the others of a page' : ''}</caption>
<thead role="rowgroup">${RUN_COLUMNS}</thead><tbody role="rowgroup">${rows}</tbody></table></div>
<p id="none" class="soft"${runs.length > 0 ? html` hidden` : ''}>No run fits${next ? ' among those that were looked at' : ''}.</p>
<nav class="bar" aria-label="More runs">${filters.after ? html`<a class="button" href="/runs${toSearch(filters)}">Newest</a>` : ''}
${next ? html`<a class="button" href="/runs${toSearch(filters, next)}" rel="next">Older</a>` : ''}
${next && back !== undefined ? html`<span class="soft">${countOf(read, 'run')} looked at, back to ${formatTime(back)}</span>` : ''}</nav>`;
}
