import { html } from 'hono/html';
import { isFinal, type Run } from '../../../../shared/domain/runs/run.ts';
import { describeError, isErrorCode } from '../../../../shared/kernel/errors.ts';
import { fitText } from '../../../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../../../shared/kernel/text/one-line.ts';
import { formatSpan } from '../../../output/format-time.ts';
import { describeParked } from '../../explain/plain-answer.ts';
import { countTokens } from '../../run/find-runs.ts';
import { describeSubject, type Names } from '../read/describe-subject.ts';
import { stampOf } from '../read/watch-runs.ts';
import { formatCount, renderLink, renderState, renderTime } from './format.ts';
import type { Html } from './layout.ts';

/**
 * One run in a list. The script of the page finds and places it by its id and data. The roles stand here because a
 * small screen lays rows out as cards, which browsers would no longer take for a table.
 */
export function renderRunRow(run: Run, names: Names, now: number): Html {
  const { runId, state, createdAt, updatedAt } = run;
  const { name, ticket, mergeRequest } = describeSubject(run, names);
  const outcome = describeOutcome(run);
  const links = [ticket, mergeRequest].filter((link) => link?.url !== undefined);
  return html`<tr role="row" id="${runId}" data-stamp="${stampOf(run)}" data-at="${createdAt}" data-failed="${state === 'failed' ? 1 : 0}">
<td role="cell">${renderState(state)}</td>
<th scope="row" role="rowheader"><a href="/runs/${runId}">${name}</a>${outcome === '' ? '' : html`<span class="note">${outcome}</span>`}</th>
<td role="cell">${renderTime(createdAt, now)}</td>
<td role="cell" class="number minor">${formatSpan((isFinal(state) ? updatedAt : now) - createdAt)}</td>
<td role="cell" class="number minor">${formatCount(countTokens(run))}</td>
<td role="cell" class="links minor">${links.map((link) => renderLink(link?.url, link?.text ?? ''))}</td>
</tr>`;
}

/** The columns of `renderRunRow`. */
export const RUN_COLUMNS: Html = html`<tr role="row"><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Run</th><th role="columnheader" scope="col">Created</th><th role="columnheader" scope="col" class="number minor">Took</th><th role="columnheader" scope="col" class="number minor">Tokens</th><th role="columnheader" scope="col" class="minor">Links</th></tr>`;

const SHORT = 160;

/** Why it failed or waits, or what it made, on one line. */
function describeOutcome({ state, code, detail, parkedReason, result }: Run): string {
  if (state === 'failed') return describeCode(code, detail);
  if (state === 'parked') return `Waits: ${describeParked(parkedReason)}`;
  const text = result?.summary?.split('\n')[0] ?? result?.what ?? (isFinal(state) ? (detail ?? '') : '');
  return fitText(oneLine(text), SHORT);
}

function describeCode(code = 'unexpected', detail = ''): string {
  const sentence = isErrorCode(code) ? describeError(code).sentence : code;
  return fitText(oneLine(`${sentence} ${detail}`), SHORT);
}
