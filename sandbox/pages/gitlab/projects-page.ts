import { html } from 'hono/html';
import { renderTime } from '../../../cli/commands/board/page/format.ts';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import { renderTable } from '../../../cli/commands/board/page/table.ts';
import type { Commit, MergeRequest, Project } from '../api/gitlab-schemas.ts';
import { renderLiveBar, renderLivePart, renderSandboxPage } from '../page/shell.ts';
import { renderMergeRequestState } from './badge.ts';
import { addressOf } from './read-place.ts';

export interface MergeRequestList {
  mergeRequests: readonly MergeRequest[];
  projects: readonly Project[];
  /** Of one project, with its last commits; absent for all of them. */
  project?: { path: string; commits: readonly Commit[] } | undefined;
}

/** Merge requests of all projects, or of one with its last commits. */
export function renderProjectsPage(list: MergeRequestList & { stamp: string }, now: number): Html {
  const { projects, project, stamp } = list;
  const address = project === undefined ? '/gitlab' : addressOf(project.path);
  const tabs = [undefined, ...projects.map(({ path }) => path)].map((path) => {
    const current = path === project?.path ? html` aria-current="page"` : '';
    return html`<a class="button" href="${path === undefined ? '/gitlab' : addressOf(path)}"${current}>${path ?? 'All projects'}</a>`;
  });
  return renderSandboxPage({
    title: project === undefined ? 'GitLab' : project.path,
    body: html`${renderLiveBar(`${address}?live=1`)}
<h1>${project === undefined ? 'Merge requests' : project.path}</h1>
<nav class="actions" aria-label="Projects">${tabs}</nav>
${renderLivePart(stamp, renderProjectsPart(list, now))}`,
  });
}

/** What changes in it. */
export function renderProjectsPart({ mergeRequests, project }: MergeRequestList, now: number): Html {
  const table = renderTable({
    caption: 'Newest change first',
    columns: [
      { title: 'Merge request' },
      { title: 'State' },
      { title: 'Branch', minor: true },
      { title: 'Author' },
      { title: 'Changed' },
    ],
    rows: mergeRequests.map((one) => [
      html`<a href="${addressOf(one.project, `merge_requests/${one.iid}`)}">${one.project}!${one.iid}</a><span class="note">${one.title}</span>`,
      renderMergeRequestState(one),
      html`<code>${one.sourceBranch}</code>`,
      one.author,
      renderTime(one.updatedAt, now),
    ]),
    empty:
      'There is no merge request yet. Hand a ticket to the agent on the page Jira: its merge request appears here.',
  });
  if (project === undefined) return table;
  return html`${table}<h2>Last commits</h2>
${renderTable({
  caption: 'Newest first, on the default branch',
  columns: [{ title: 'Commit' }, { title: 'Author' }, { title: 'When' }],
  rows: project.commits.map(({ id, title, author, at }) => [
    html`<a href="${addressOf(project.path, `commit/${id}`)}"><code>${id.slice(0, 8)}</code></a> ${title}`,
    author,
    renderTime(at, now),
  ]),
  empty: 'There is no commit.',
})}`;
}
