import { html } from 'hono/html';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { Issue, Status } from '../api/jira-schemas.ts';
import { renderLiveBar, renderLivePart, renderSandboxPage } from '../page/shell.ts';

export interface JiraBoardView {
  /** Keys of all projects. */
  projects: readonly string[];
  /** The one that is shown; absent for all. */
  project?: string | undefined;
  /** In the order of the workflow. */
  statuses: readonly Status[];
  issues: readonly Issue[];
}

/** Issues by status, and a form for a new one. */
export function renderJiraBoardPage(view: JiraBoardView & { stamp: string; person: string }): Html {
  const { projects, project, stamp, person } = view;
  const tabs = [undefined, ...projects].map(
    (key) =>
      html`<a class="button" href="/jira${key === undefined ? '' : `?project=${encodeURIComponent(key)}`}"${key === project ? html` aria-current="page"` : ''}>${key ?? 'All projects'}</a>`,
  );
  const options = projects.map((key) => html`<option${key === project ? html` selected` : ''}>${key}</option>`);
  const live = `/jira?live=1${project === undefined ? '' : `&project=${encodeURIComponent(project)}`}`;
  return renderSandboxPage({
    title: 'Jira',
    body: html`${renderLiveBar(live)}
<h1>Jira</h1>
<div class="panel start"><p>You are ${person}. What a newcomer clicks:</p><ol>
<li>Open an issue and press <b>Hand to the agent</b>: within seconds it is In Progress, then In Review.</li>
<li>Follow its link to the merge request: read the change, <b>Mark as ready</b>, <b>Approve</b>, <b>Merge</b>.</li>
<li>Come back here: the issue is Done. <a href="/runs">Runs</a> shows what the agent did meanwhile.</li></ol></div>
<nav class="actions" aria-label="Projects">${tabs}</nav>
<details id="new"><summary>Create an issue…</summary>
<form class="stack-form" method="post" action="/jira/issues"><label>Project<select name="project">${options}</select></label>
<label>Summary<input type="text" name="summary" required maxlength="255" autocomplete="off"></label>
<label>Description<textarea name="description" maxlength="10000"></textarea></label>
<button type="submit" class="strong">Create</button></form></details>
${renderLivePart(stamp, renderJiraBoardPart(view))}`,
  });
}

/** What changes in it. */
export function renderJiraBoardPart({ statuses, issues }: JiraBoardView): Html {
  const columns = statuses.map((status) => {
    const own = issues.filter((issue) => issue.status.name === status.name);
    return html`<section class="column${own.length === 0 ? ' empty' : ''}" aria-label="${status.name}"><h2><span class="badge ${status.category}">${status.name}</span><span>${own.length}</span></h2>
${own.length === 0 ? html`<p class="soft">No issue</p>` : html`<ul>${own.map(renderCard)}</ul>`}</section>`;
  });
  return html`<div class="columns">${columns}</div>`;
}

function renderCard({ key, summary, assignee, labels }: Issue): Html {
  return html`<li class="card"><a href="/jira/browse/${encodeURIComponent(key)}">${key}</a><p>${summary}</p>
<span class="note"><span>${assignee?.name ?? 'Unassigned'}</span>${labels.map((label) => html`<span class="label">${label}</span>`)}</span></li>`;
}
