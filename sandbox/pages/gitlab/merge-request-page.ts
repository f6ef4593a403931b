import { html } from 'hono/html';
import { renderTime } from '../../../cli/commands/board/page/format.ts';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { Approvals, CommitStatus, Discussion, FileDiff, MergeRequest } from '../api/gitlab-schemas.ts';
import { renderMarkdown } from '../page/markdown.ts';
import { renderLiveBar, renderLivePart, renderSandboxPage } from '../page/shell.ts';
import { renderMergeRequestState } from './badge.ts';
import { lineAnchor, renderDiffs } from './diff.ts';
import { renderDiscussion } from './discussion.ts';
import { addressOf } from './read-place.ts';

export interface MergeRequestView {
  mergeRequest: MergeRequest;
  approvals: Approvals;
  /** Of its last commit. */
  statuses: readonly CommitStatus[];
  diffs: readonly FileDiff[];
  discussions: readonly Discussion[];
}

/** A merge request with what a person can do about it. */
export function renderMergeRequestPage(
  view: MergeRequestView & { stamp: string; notice?: string | undefined },
  now: number,
): Html {
  const { mergeRequest, stamp, notice } = view;
  const address = addressOfMergeRequest(mergeRequest);
  return renderSandboxPage({
    title: mergeRequest.title,
    notice,
    body: html`${renderLiveBar(`${address}/live`)}
${renderLivePart(stamp, renderMergeRequestPart(view, now))}
<form class="stack-form" method="post" action="${address}/note"><label>Write a note<textarea name="body" required maxlength="20000" placeholder="/copilot Why is it done like this?"></textarea></label>
<label class="check"><span><input type="checkbox" name="thread" value="1"> Start a thread</span></label>
<button type="submit">Comment</button></form>`,
  });
}

export function addressOfMergeRequest({ project, iid }: Pick<MergeRequest, 'project' | 'iid'>): string {
  return addressOf(project, `merge_requests/${iid}`);
}

/** What changes in it. */
export function renderMergeRequestPart(view: MergeRequestView, now: number): Html {
  const { mergeRequest, diffs, discussions } = view;
  const { project, iid, title, description, sourceBranch, targetBranch, author, createdAt, state } = mergeRequest;
  const address = addressOfMergeRequest(mergeRequest);
  const edit = (path: string) => `${address}/edit?path=${encodeURIComponent(path)}`;
  const isOpen = state === 'opened';
  const place = { address, isOpen, anchorOf: (path: string, line: number) => lineAnchor(diffs, path, line) };
  return html`<h1>${title}</h1>
<div class="bar">${renderMergeRequestState(mergeRequest)}<span><a href="${addressOf(project)}">${project}</a>!${iid}</span>
<span class="soft"><code>${sourceBranch}</code> into <code>${targetBranch}</code></span><span class="soft">${author}, ${renderTime(createdAt, now)}</span></div>
${renderActions(view, address)}
${renderFacts(view)}
<h2>Description</h2>
${description === '' ? html`<p class="soft">There is none.</p>` : renderMarkdown(description)}
<h2>Changes</h2>
${renderDiffs(diffs, ({ newPath, change }) => (isOpen && change !== 'deleted' ? html`<a href="${edit(newPath)}">Edit ${newPath}</a>` : ''))}
${isOpen ? html`<p><a class="button" href="${address}/edit">Edit another file…</a></p>` : ''}
<h2>Notes and threads</h2>
${discussions.length === 0 ? html`<p class="soft">There is none yet.</p>` : discussions.map((discussion) => renderDiscussion(discussion, place, now))}`;
}

function renderActions({ mergeRequest, approvals }: MergeRequestView, address: string): Html {
  const { state, isDraft } = mergeRequest;
  if (state !== 'opened') return html``;
  const button = (action: string, text: string, strong = false) =>
    html`<form method="post" action="${address}/${action}"><button id="do-${action}" type="submit"${strong ? html` class="strong"` : ''}>${text}</button></form>`;
  return html`<div class="actions">${isDraft ? button('ready', 'Mark as ready', true) : ''}
${approvals.byMe ? html`<span class="good">You approved this</span>` : button('approve', 'Approve', !isDraft)}
${isDraft ? html`<span class="soft">A draft cannot be merged.</span>` : button('merge', 'Merge', approvals.byMe)}</div>`;
}

function renderFacts({ mergeRequest, approvals, statuses }: MergeRequestView): Html {
  const { project, headSha, mergeSha } = mergeRequest;
  const commit = (sha: string) =>
    html`<a href="${addressOf(project, `commit/${sha}`)}"><code>${sha.slice(0, 8)}</code></a>`;
  return html`<dl class="facts"><dt>Approved by</dt><dd>${approvals.names.length === 0 ? 'no person yet' : approvals.names.join(', ')}</dd>
<dt>Last commit</dt><dd>${commit(headSha)}</dd>${mergeSha === undefined ? '' : html`<dt>Merged as</dt><dd>${commit(mergeSha)}</dd>`}${statuses.map(({ name, status, description }) => html`<dt>${name}</dt><dd>${status}: ${description}</dd>`)}</dl>`;
}
