import { html } from 'hono/html';
import { formatTime } from '../../../output/format-time.ts';
import type { ShadowDetails } from '../read/read-shadow.ts';
import type { Html } from './layout.ts';
import { renderPatch } from './patch-part.ts';

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
