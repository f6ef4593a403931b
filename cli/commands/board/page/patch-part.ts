import { html } from 'hono/html';
import { cutText } from '../../../../shared/kernel/text/cut-text.ts';
import { countOf } from '../../../output/count-of.ts';
import type { Html } from './layout.ts';

/** Of a patch in the page of its run; the file has all of it. */
const SHOWN_PATCH = 200_000;

/** The beginning of a patch, folded, with the whole of it as a file. */
export function renderPatch(runId: string, patch: string): Html {
  const shown = cutText(patch, SHOWN_PATCH);
  const lines = countOf(patch.split('\n').length - 1, 'line');
  const cut = shown.length < patch.length ? html`<p class="soft">Only its beginning is shown here.</p>` : '';
  return html`<details><summary>Patch: ${lines}</summary>
<p><a href="/runs/${runId}/patch">The whole patch as a file</a></p>${cut}
<pre>${shown}</pre></details>`;
}
