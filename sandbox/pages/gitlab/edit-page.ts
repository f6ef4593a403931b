import { html } from 'hono/html';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { MergeRequest } from '../api/gitlab-schemas.ts';
import { renderSandboxPage } from '../page/shell.ts';
import { addressOfMergeRequest } from './merge-request-page.ts';

/** Forms of the board are small, and a form takes up to three bytes for one. */
const LONGEST_FILE = 16 * 1024;

/** The files of the source branch, and a form for a new one. */
export function renderFilesPage(mergeRequest: MergeRequest, paths: readonly string[]): Html {
  const address = `${addressOfMergeRequest(mergeRequest)}/edit`;
  return renderSandboxPage({
    title: 'Choose a file',
    body: html`<h1>Choose a file</h1>
<p class="soft">On <code>${mergeRequest.sourceBranch}</code>, the branch of <a href="${addressOfMergeRequest(mergeRequest)}">!${mergeRequest.iid}</a>.</p>
<ul>${paths.map((path) => html`<li><a href="${address}?path=${encodeURIComponent(path)}">${path}</a></li>`)}</ul>
<h2>A new file</h2>
${renderForm({ action: `${address}?isNew=1`, path: '', content: '', back: addressOfMergeRequest(mergeRequest) })}`,
  });
}

/** A file of the source branch in a form. */
export function renderEditPage(mergeRequest: MergeRequest, path: string, bytes: Buffer): Html {
  const back = addressOfMergeRequest(mergeRequest);
  const content = readEditable(bytes);
  return renderSandboxPage({
    title: `Edit ${path}`,
    body: html`<h1>Edit ${path}</h1>
<p class="soft">A commit by you on <code>${mergeRequest.sourceBranch}</code>, the branch of <a href="${back}">!${mergeRequest.iid}</a>.</p>
${
  content === undefined
    ? html`<p>This file is no text, or longer than ${LONGEST_FILE / 1024} kB: change it in a clone.</p>`
    : renderForm({ action: `${back}/edit?path=${encodeURIComponent(path)}`, path, content, back })
}`,
  });
}

/** The text of a file that fits into a form; `undefined` for any other. */
export function readEditable(bytes: Buffer): string | undefined {
  if (bytes.length > LONGEST_FILE || bytes.includes(0)) return undefined;
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** Forms send every line with CRLF; the file keeps the line breaks it has. */
export function withLineBreaksOf(before: string, text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  return before.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines;
}

function renderForm({
  action,
  path,
  content,
  back,
}: {
  action: string;
  path: string;
  content: string;
  back: string;
}): Html {
  const name =
    path === ''
      ? html`<label>Path<input type="text" name="path" required maxlength="200" placeholder="docs/note.md" autocomplete="off"></label>`
      : '';
  // The first line break in a text area is not part of its text.
  return html`<form class="stack-form" method="post" action="${action}">${name}
<label>Text of the file<textarea class="code" name="content" spellcheck="false">
${content}</textarea></label>
<label>Message of the commit<input type="text" name="message" required maxlength="200" value="${path === '' ? 'Add a file' : `Change ${path}`}"></label>
<div class="actions"><button type="submit" class="strong">Push</button> <a class="button" href="${back}">Back</a></div></form>`;
}
