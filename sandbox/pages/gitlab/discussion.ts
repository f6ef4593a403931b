import { html } from 'hono/html';
import { renderTime } from '../../../cli/commands/board/page/format.ts';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { Discussion, Note } from '../api/gitlab-schemas.ts';
import { renderMarkdown } from '../page/markdown.ts';

export interface DiscussionPlace {
  /** Of the merge request. */
  address: string;
  isOpen: boolean;
  /** The element of a line in the diff; `undefined` where it is not shown. */
  anchorOf(path: string, line: number): string | undefined;
}

/** A thread, a note, or one line for what GitLab noted by itself. */
export function renderDiscussion({ id, notes }: Discussion, place: DiscussionPlace, now: number): Html {
  const [first] = notes;
  if (!first) return html``;
  if (first.system)
    return html`<p class="system" id="note_${first.id}">${first.author} ${first.body.replaceAll('**', '')} ${renderTime(first.createdAt, now)}</p>`;
  const { address } = place;
  const state = first.resolvable
    ? html`<span class="${first.resolved ? 'good' : 'warn'}">${first.resolved ? 'resolved' : 'unresolved'}</span>`
    : '';
  const resolve = first.resolvable
    ? html`<form method="post" action="${address}/resolve"><input type="hidden" name="discussion" value="${id}"><input type="hidden" name="resolved" value="${first.resolved ? '' : '1'}"><button type="submit">${first.resolved ? 'Open again' : 'Resolve'}</button></form>`
    : '';
  return html`<section class="thread" aria-label="Thread of ${first.author}"><header><span class="who">${first.author}</span> ${renderTime(first.createdAt, now)} ${renderLine(first, place)} ${state}</header>
${notes.map((note, index) => renderNote(note, index > 0, place, now))}
<footer><details id="reply-${id}"><summary>Reply</summary><form class="stack-form" method="post" action="${address}/reply"><input type="hidden" name="discussion" value="${id}"><label>Your reply<textarea name="body" required maxlength="20000"></textarea></label><button type="submit">Reply</button></form></details>${resolve}</footer></section>`;
}

function renderLine({ place: at }: Note, { anchorOf }: DiscussionPlace): Html | string {
  if (!at) return '';
  const line = at.line ?? at.oldLine ?? 0;
  const name = html`<code>${at.path}:${line}</code>`;
  const anchor = at.line === undefined ? undefined : anchorOf(at.path, at.line);
  return anchor === undefined ? name : html`<a href="#${anchor}">${name}</a>`;
}

function renderNote(note: Note, isReply: boolean, { address, isOpen }: DiscussionPlace, now: number): Html {
  const { id, author, body, createdAt, suggestions } = note;
  const by = isReply
    ? html`<span class="who">${author}</span> <span class="soft">${renderTime(createdAt, now)}</span>`
    : '';
  const buttons = suggestions.map((suggestion, index) => {
    if (suggestion.applied) return html`<p class="good">The suggestion is applied.</p>`;
    if (!isOpen || !suggestion.appliable) return '';
    return html`<form method="post" action="${address}/apply"><input type="hidden" name="suggestion" value="${suggestion.id}"><button type="submit">Apply suggestion${suggestions.length > 1 ? ` ${index + 1}` : ''}</button></form>`;
  });
  return html`<article id="note_${id}">${by}${renderMarkdown(body)}${buttons}</article>`;
}
