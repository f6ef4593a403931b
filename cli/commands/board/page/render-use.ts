import { html } from 'hono/html';
import type { Html } from './layout.ts';

const NEARLY_FULL = 0.8;
const FULL = 0.999;

/** How much of a limit is used, as words and as a bar that says what they say. */
export function renderUse(
  label: string,
  used: number,
  limit: number | undefined,
  { text }: { text?: string } = {},
): Html {
  if (limit === undefined) return html`${formatNumber(used)}, no limit`;
  const words = text ?? `${formatNumber(used)} of ${formatNumber(limit)}`;
  return html`${words}<meter min="0" max="${limit}" low="${limit * NEARLY_FULL}" high="${limit * FULL}" optimum="0" value="${Math.min(used, limit)}" aria-label="${label}" title="${words}">${words}</meter>`;
}

/** With commas between thousands. */
export function formatNumber(count: number): string {
  return count.toLocaleString('en');
}
