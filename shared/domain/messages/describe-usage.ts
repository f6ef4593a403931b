import type { Usage } from '../runs/outcome.ts';
import { describeDuration } from './describe-duration.ts';

/** `3 min 5 s, 4 model calls, 12,000 tokens` */
export function describeUsage({ usage, durationMs }: { usage: Usage; durationMs: number }): string {
  const tokens = usage.inputTokens + usage.outputTokens;
  return `${describeDuration(durationMs)}, ${usage.modelCalls} model call${usage.modelCalls === 1 ? '' : 's'}, ${groupDigits(tokens)} tokens`;
}

/** `12,000`. The formatter of JavaScript loads what it knows of languages first, which takes several milliseconds. */
function groupDigits(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
