import { html } from 'hono/html';
import { cutText } from '../../../../shared/kernel/text/cut-text.ts';
import { countOf } from '../../../output/count-of.ts';
import { formatTime } from '../../../output/format-time.ts';
import type { ShadowDetails } from '../read/read-shadow.ts';
import type { Html } from './layout.ts';

/** Of a patch in the page of its run; the file has all of it. */
const SHOWN_PATCH = 200_000;

/** What a run in shadow has made, and what people said about it; nothing for other runs. */
export function renderShadowSection(runId: string, shadow: ShadowDetails | undefined): Html | string {
  if (!shadow) return '';
  return html`<h2 id="shadow">Made in shadow</h2>
${renderRatings(shadow)}
${shadow.kept ? html`<pre>${shadow.kept.markdown}</pre>` : html`<p class="soft">It is kept no longer, or transcripts are not kept here.</p>`}
${shadow.patch === undefined ? '' : renderPatch(runId, shadow.patch)}`;
}

function renderRatings({ ratings }: ShadowDetails): Html {
  if (ratings.length === 0) return html`<p class="soft">No person has said yes or no to it yet.</p>`;
  const said = ratings.map(({ answer, by, saidAt }) => html`<li><b>${answer}</b>: ${by}, ${formatTime(saidAt)}</li>`);
  return html`<ul>${said}</ul>`;
}

function renderPatch(runId: string, patch: string): Html {
  const shown = cutText(patch, SHOWN_PATCH);
  const lines = countOf(patch.split('\n').length - 1, 'line');
  const cut = shown.length < patch.length ? html`<p class="soft">Only its beginning is shown here.</p>` : '';
  return html`<details><summary>Patch: ${lines}</summary>
<p><a href="/runs/${runId}/patch">The whole patch as a file</a></p>${cut}
<pre>${shown}</pre></details>`;
}
