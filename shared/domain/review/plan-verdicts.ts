import type { ThreadVerdict } from './finding.ts';
import type { FindingThread } from './read-threads.ts';

export interface ThreadAction {
  discussionId: string;
  status: 'fixed' | 'partly';
  reason: string;
  /** Reply with the verdict; false when the agent's last word in the thread is one already. */
  reply: boolean;
  resolve: boolean;
}

/**
 * What happens to the agent's own open threads after a review. Only threads in the list can be touched; other ids that
 * the agent returns are ignored. A thread is resolved when the agent says fixed, the binding allows it or the agent has
 * mended it itself, and no other account wrote in it.
 */
export function planVerdicts(
  verdicts: readonly ThreadVerdict[],
  threads: readonly FindingThread[],
  resolution: 'suggest' | 'resolve' | 'off',
): ThreadAction[] {
  if (resolution === 'off') return [];
  const judged = new Map(verdicts.map((verdict) => [verdict.discussionId, verdict]));
  return threads.flatMap((thread) => {
    const verdict = judged.get(thread.discussionId);
    if (!verdict || verdict.status === 'not' || thread.state !== 'open' || !thread.resolvable) return [];
    const may = resolution === 'resolve' || thread.mended === true;
    const resolve = may && verdict.status === 'fixed' && !thread.othersSpoke;
    const reply = !thread.verdictGiven;
    if (!resolve && !reply) return [];
    const { status, reason } = verdict;
    return [{ discussionId: thread.discussionId, status, reason, reply, resolve }];
  });
}
