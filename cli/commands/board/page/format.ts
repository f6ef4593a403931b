import { html } from 'hono/html';
import type { RunState } from '../../../../shared/domain/runs/run.ts';
import { toIso } from '../../../../shared/kernel/to-iso.ts';
import { formatSpan, formatTime } from '../../../output/format-time.ts';
import type { Html } from './layout.ts';

/** When something was, as a distance from now; the script of the page keeps it current. */
export function renderTime(at: number, now: number): Html {
  return html`<time class="when" datetime="${toIso(at)}" title="${formatTime(at)}">${formatDistance(at, now)}</time>`;
}

/** `5 min ago`, `in 2 h`. */
function formatDistance(at: number, now: number): string {
  return at > now ? `in ${formatSpan(at - now)}` : `${formatSpan(now - at)} ago`;
}

/** A state by word, shape and colour. */
export function renderState(state: RunState): Html {
  return html`<span class="state ${state}">${state}</span>`;
}

/** `12,345`, and a dash for nothing. */
export function formatCount(count: number): string {
  return count === 0 ? '–' : count.toLocaleString('en');
}

/** A link away from the board, where the address is one of the web. */
export function renderLink(url: string | undefined, text: string): Html {
  if (url === undefined || !/^https?:\/\//i.test(url)) return html`${text}`;
  return html`<a href="${url}" rel="noreferrer" target="_blank">${text}</a>`;
}
