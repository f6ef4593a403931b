import { html } from 'hono/html';
import type { SkipEntry } from '../../../../shared/domain/ports/skip-log.ts';
import type { CliIO } from '../../../io/io.ts';
import { describeReason } from '../../explain/describe-reason.ts';
import type { Explanation } from '../../explain/explain-subject.ts';
import type { Names } from '../read/describe-subject.ts';
import { renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { RUN_COLUMNS, renderRunRow } from './run-row.ts';
import { type Column, renderTable } from './table.ts';

export interface SkipsView {
  text: string;
  /** Absent where none was asked for. */
  found?: { explanation: Explanation; names: Names };
  problem?: string;
  /** What was skipped as a whole, by Jira project. */
  ofProjects: readonly SkipEntry[];
  now: number;
  nameCommands: CliIO['nameCommands'];
}

/** Why nothing happened about an issue or merge request. */
export function renderSkipsPage(view: SkipsView): Html {
  const { text, found, problem } = view;
  return renderLayout({
    title: text === '' ? 'Skips' : `Skips: ${text}`,
    page: '/skips',
    body: html`<h1>Why nothing happened</h1>
<form class="filters" method="get" action="/skips" aria-label="Issue or merge request">
<label class="text">Issue, merge request or run<input type="search" name="about" value="${text}" placeholder="PROJ-12, group/app!7, run-1a2b3c" required></label>
<button type="submit">Explain</button>
</form>
${problem === undefined ? '' : html`<div class="panel bad" role="alert"><p>${problem}</p></div>`}
${found ? renderExplanation(found.explanation, found.names, view) : ''}
${text === '' ? renderProjects(view) : ''}`,
  });
}

type Ways = Pick<SkipsView, 'now' | 'nameCommands'>;

function renderExplanation({ plain, facts, notes }: Explanation, names: Names, ways: Ways): Html {
  const { now, nameCommands } = ways;
  const rows = facts.runs.map((run) => renderRunRow(run, names, now));
  return html`<div class="panel"><p>${plain.answer}</p><p><b>Next:</b> ${nameCommands(plain.next)}</p></div>
${notes.map((note) => html`<p class="soft">${note}</p>`)}
<h2>Skipped</h2>
${renderTable({
  caption: 'What was decided, newest first',
  columns: COLUMNS,
  rows: facts.skipLog.map((entry) => toRow(entry, ways)),
  empty: 'Nothing about it was skipped.',
})}
<h2>Runs</h2>
${
  rows.length === 0
    ? html`<p class="soft">There are none.</p>`
    : html`<div class="scroll"><table class="cards" role="table"><caption>Newest first</caption><thead role="rowgroup">${RUN_COLUMNS}</thead><tbody role="rowgroup">${rows}</tbody></table></div>`
}`;
}

const COLUMNS: readonly Column[] = [
  { title: 'Reason' },
  { title: 'When' },
  { title: 'What it means' },
  { title: 'Next', minor: true },
];

function toRow({ reason, at, detail }: SkipEntry, { now, nameCommands }: Ways): (Html | string)[] {
  const { why, next } = describeReason(reason, detail);
  return [reason, renderTime(at, now), `It ${why}.`, nameCommands(next)];
}

function renderProjects(view: SkipsView): Html {
  return html`<h2>Whole projects</h2>
${renderTable({
  caption: 'What was decided about projects of the map, newest first',
  columns: [{ title: 'Project' }, ...COLUMNS],
  rows: view.ofProjects.map((entry) => [entry.subject.replace(/^jira~/, ''), ...toRow(entry, view)]),
  empty: 'No project of the map was skipped as a whole.',
})}`;
}
