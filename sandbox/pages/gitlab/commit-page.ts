import { html } from 'hono/html';
import { renderTime } from '../../../cli/commands/board/page/format.ts';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { Commit, FileDiff } from '../api/gitlab-schemas.ts';
import { renderSandboxPage } from '../page/shell.ts';
import { renderDiffs } from './diff.ts';
import { addressOf } from './read-place.ts';

export interface CommitView {
  project: string;
  commit: Commit;
  diffs: readonly FileDiff[];
}

/** One commit with its changes. */
export function renderCommitPage({ project, commit, diffs }: CommitView, now: number): Html {
  const { id, title, message, author, at } = commit;
  const more =
    message.trim() === title ? '' : html`<pre tabindex="0" role="region" aria-label="Message">${message}</pre>`;
  return renderSandboxPage({
    title,
    body: html`<h1>${title}</h1>
<div class="bar"><span><a href="${addressOf(project)}">${project}</a></span><code>${id}</code><span class="soft">${author}, ${renderTime(at, now)}</span></div>
${more}
<h2>Changes</h2>
${renderDiffs(diffs)}`,
  });
}
