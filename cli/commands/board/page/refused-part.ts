import { html } from 'hono/html';
import type { KeptPlace, RefusedFile } from '../../../../shared/domain/runs/refused-work.ts';
import { countOf } from '../../../output/count-of.ts';
import type { RunSubject } from '../read/describe-subject.ts';
import type { RefusedDetails } from '../read/read-refused.ts';
import { renderLink } from './format.ts';
import type { Html } from './layout.ts';
import { renderPatch } from './patch-part.ts';

/** What was refused of a run to its end and where that work is; nothing for other runs. */
export function renderRefusedSection(
  runId: string,
  refused: RefusedDetails | undefined,
  { ticket }: Pick<RunSubject, 'ticket'>,
): Html | string {
  if (!refused) return '';
  const { work, patch } = refused;
  const more = work.more > 0 ? html`<li>and ${countOf(work.more, 'more file')}</li>` : '';
  return html`<h2 id="refused">Refused work</h2>
<p>${renderPlace(work.kept, refused, ticket)}</p>
<ul>${work.files.map(renderFile)}${more}</ul>
${patch === undefined ? '' : renderPatch(runId, patch.text)}`;
}

function renderPlace(
  kept: KeptPlace,
  { branchUrl, patch }: RefusedDetails,
  ticket: RunSubject['ticket'],
): Html | string {
  switch (kept.kind) {
    case 'branch':
      return html`Kept on ${renderLink(branchUrl, kept.branch)} (commit <code>${kept.sha.slice(0, 8)}</code>), which goes when the ticket is delivered or ends.`;
    case 'patch':
      return html`Kept as the patch <code>${kept.name}</code> on ${ticket ? renderLink(ticket.url, `ticket ${ticket.text}`) : 'the ticket of the branch'}${patch ? ' and here' : ''}.`;
    case 'nowhere':
      return patch ? 'Kept on no ticket and no branch, only here.' : 'It is kept nowhere.';
  }
}

function renderFile({ path, rule, never }: RefusedFile): Html {
  return html`<li><code>${path}</code>: ${rule}${never ? ', no person lets it pass' : ''}</li>`;
}
