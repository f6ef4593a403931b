import { html } from 'hono/html';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { FileDiff } from '../api/gitlab-schemas.ts';
import { type DiffLine, parseDiff } from './parse-diff.ts';

const MOST_LINES = 2000;
const MARKS = { hunk: '', add: '+', del: '−', same: '', remark: '' };
const WORDS = { added: 'new file', deleted: 'deleted', renamed: 'renamed', changed: '' };

/** Files with their changed lines. `footOf` adds to a file what can be done about it. */
export function renderDiffs(files: readonly FileDiff[], footOf?: (file: FileDiff) => Html | string): Html {
  if (files.length === 0) return html`<p class="soft">No file is changed.</p>`;
  return html`${files.map((file, index) => renderFile(file, index, footOf?.(file) ?? ''))}`;
}

/** Where a line of a diff is on the page; `undefined` for a file that is not in it. */
export function lineAnchor(files: readonly FileDiff[], path: string, line: number): string | undefined {
  const index = files.findIndex(({ newPath }) => newPath === path);
  return index === -1 ? undefined : `line-${index}-${line}`;
}

function renderFile(file: FileDiff, index: number, foot: Html | string): Html {
  const { oldPath, newPath, change, text } = file;
  const lines = parseDiff(text);
  const name = change === 'renamed' && oldPath !== newPath ? `${oldPath} → ${newPath}` : newPath;
  const added = lines.filter(({ kind }) => kind === 'add').length;
  const removed = lines.filter(({ kind }) => kind === 'del').length;
  return html`<details class="file" id="file-${index}" open><summary><code>${name}</code> <span class="soft">${WORDS[change as keyof typeof WORDS]} +${added} −${removed}</span></summary>
${
  lines.length === 0
    ? html`<p class="foot soft">No lines to show: the file is binary, empty or only renamed.</p>`
    : html`<div class="scroll" role="region" tabindex="0" aria-label="Changes of ${name}"><table class="diff"><caption>Changes of ${name}</caption><thead><tr><th scope="col">Old line</th><th scope="col">New line</th><th scope="col">Change</th><th scope="col">Text</th></tr></thead><tbody>${lines.slice(0, MOST_LINES).map((line) => renderLine(line, index))}</tbody></table></div>`
}
${lines.length > MOST_LINES ? html`<p class="foot soft">${MOST_LINES} of ${lines.length} lines are shown.</p>` : ''}
${foot === '' ? '' : html`<p class="foot">${foot}</p>`}</details>`;
}

function renderLine({ kind, oldLine, newLine, text }: DiffLine, file: number): Html {
  const id = newLine === undefined ? '' : html` id="line-${file}-${newLine}"`;
  return html`<tr class="${kind}"${id}><td class="at old">${oldLine ?? ''}</td><td class="at">${newLine ?? ''}</td><td class="mark">${MARKS[kind]}</td><td class="text">${text}</td></tr>`;
}
