import type { Run } from './run.ts';

/** What a run in shadow ended with: a change, nothing to change or a question, a review. */
export type ShadowWhat = 'shadow-change' | 'shadow-nothing' | 'shadow-review';

/** Whether a result is one that no ticket, branch or merge request shows: it was made for people to judge. */
export function isShadowResult(result: Run['result']): boolean {
  return result?.what.startsWith('shadow-') ?? false;
}
