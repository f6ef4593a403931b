import { html } from 'hono/html';
import { renderTime } from '../../../cli/commands/board/page/format.ts';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import { renderTable } from '../../../cli/commands/board/page/table.ts';
import { countOf } from '../../../cli/output/count-of.ts';
import { adfToMarkdown } from '../../../shared/adapters/jira/adf/adf-to-markdown.ts';
import type { Change, Comment, Issue, RemoteLink, Transition, User } from '../api/jira-schemas.ts';
import { renderMarkdown } from '../page/markdown.ts';
import { renderLiveBar, renderLivePart, renderSandboxPage } from '../page/shell.ts';

export interface IssueView {
  issue: Issue;
  transitions: readonly Transition[];
  people: readonly User[];
  comments: readonly Comment[];
  changes: readonly Change[];
  links: readonly RemoteLink[];
}

/** An issue with what a person can do about it. */
export function renderIssuePage(view: IssueView & { stamp: string; notice?: string | undefined }, now: number): Html {
  const { issue, stamp, notice } = view;
  const address = addressOfIssue(issue.key);
  return renderSandboxPage({
    title: `${issue.key} ${issue.summary}`,
    notice,
    body: html`${renderLiveBar(`${address}/live`)}
${renderLivePart(stamp, renderIssuePart(view, now))}
<form class="stack-form" method="post" action="${address}/comment"><label>Write a comment<textarea name="body" required maxlength="10000" placeholder="What the agent should know, or do differently"></textarea></label><button type="submit">Comment</button></form>`,
  });
}

export function addressOfIssue(key: string): string {
  return `/jira/browse/${encodeURIComponent(key)}`;
}

/** What changes in it. */
export function renderIssuePart(view: IssueView, now: number): Html {
  const { issue, transitions, comments, changes } = view;
  const address = addressOfIssue(issue.key);
  const moves = transitions.map(
    ({ id, name, to }) =>
      html`<form method="post" action="${address}/move"><input type="hidden" name="transition" value="${id}"><button id="move-${id}" type="submit" title="Moves it to ${to}">${name} <span class="soft">→ ${to}</span></button></form>`,
  );
  const rows = changes.flatMap(({ author, at, items }) =>
    items.map(({ field, from, to }) => [field, from || '–', to || '–', author, renderTime(at, now)]),
  );
  return html`<h1>${issue.summary}</h1>
<div class="bar"><span class="badge ${issue.status.category}">${issue.status.name}</span><span><a href="/jira?project=${encodeURIComponent(issue.project)}">${issue.project}</a> / ${issue.key}</span><span class="soft">created ${renderTime(issue.createdAt, now)}</span> <a href="/runs?text=${encodeURIComponent(issue.key)}">Runs</a></div>
<div class="actions" role="group" aria-label="Move">${moves}</div>
${renderFacts(view)}
<h2>Description</h2>
${issue.description ? renderMarkdown(adfToMarkdown(issue.description)) : html`<p class="soft">There is none.</p>`}
<h2>Comments</h2>
${comments.length === 0 ? html`<p class="soft">There is none yet.</p>` : comments.map((comment) => renderComment(comment, now))}
<details id="history"><summary>History: ${countOf(rows.length, 'change')}</summary>
${renderTable({
  caption: 'Oldest first',
  columns: [{ title: 'What' }, { title: 'From' }, { title: 'To' }, { title: 'By' }, { title: 'When' }],
  rows,
  empty: 'Nothing has changed yet.',
})}</details>`;
}

function renderFacts({ issue, people, links }: IssueView): Html {
  const address = addressOfIssue(issue.key);
  const options = [
    html`<option value="">Unassigned</option>`,
    ...people.map(
      ({ id, name }) => html`<option value="${id}"${id === issue.assignee?.id ? html` selected` : ''}>${name}</option>`,
    ),
  ];
  const labels = issue.labels.map(
    (label) =>
      html`<form method="post" action="${address}/labels"><input type="hidden" name="remove" value="${label}"><span class="label">${label}</span> <button type="submit" aria-label="Remove the label ${label}">×</button></form>`,
  );
  const linked = links
    .filter(({ url }) => /^https?:\/\//i.test(url))
    .map(({ url, title }) => html`<li><a href="${url}" rel="noreferrer">${title}</a></li>`);
  return html`<dl class="facts forms"><dt>Reporter</dt><dd>${issue.reporter?.name ?? '–'}</dd>
<dt>Assignee</dt><dd><form class="line" method="post" action="${address}/assign"><select id="assignee" name="account" aria-label="Assignee" autocomplete="off">${options}</select><button type="submit">Assign</button></form></dd>
<dt>Labels</dt><dd><div class="actions">${labels}<form class="line" method="post" action="${address}/labels"><input type="text" id="label" name="add" aria-label="New label" required maxlength="60" pattern="\\S+" title="One word" size="12" autocomplete="off"><button type="submit">Add label</button></form></div></dd>
${linked.length === 0 ? '' : html`<dt>Links</dt><dd><ul class="plain">${linked}</ul></dd>`}</dl>`;
}

function renderComment({ id, author, body, createdAt }: Comment, now: number): Html {
  return html`<article class="comment" id="comment-${id}"><header><span class="who">${author}</span> ${renderTime(createdAt, now)}</header><div>${renderMarkdown(adfToMarkdown(body))}</div></article>`;
}
