import type { Run } from './run.ts';

/** Whether a result is one that no ticket, branch or merge request shows: it was made for people to judge. */
export function isShadowResult(result: Run['result']): boolean {
  return result?.what.startsWith('shadow-') ?? false;
}
