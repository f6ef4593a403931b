import { html } from 'hono/html';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import type { MergeRequest } from '../api/gitlab-schemas.ts';

/** The state of a merge request by word, shape and colour. */
export function renderMergeRequestState({ state, isDraft }: Pick<MergeRequest, 'state' | 'isDraft'>): Html {
  const word = state === 'opened' && isDraft ? 'draft' : state;
  return html`<span class="badge ${word}">${word === 'opened' ? 'open' : word}</span>`;
}
