import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import { isTriggered, type PlannedIssue } from './plan-coding.ts';

/** Opened again since, or not ended at all. */
export type MergeRequestEndSkip = 'still-open';

export type MergeRequestEndPlan =
  | { action: 'skip'; reason: MergeRequestEndSkip }
  /** A run is at work: only when it has ended is it known whether this was the end of the ticket. */
  | { action: 'reschedule' }
  /**
   * The binding wants its tickets left alone, or is in shadow: who merged and approved is kept with the run, and
   * nothing else happens.
   */
  | { action: 'record'; purpose: 'merged' | 'closed' }
  | {
      action: 'notify';
      /** Which of our comments: one of each per merge request. */
      purpose: 'merged' | 'closed';
      /** The status the ticket goes to; absent leaves it where it is. */
      moveTo?: string;
      /** More work was asked for meanwhile, so the ticket is not done. */
      asksForMore: boolean;
    };

/**
 * What the end of a merge request means for its ticket. Merged: it is done, unless a person has asked for more
 * meanwhile, which a move would undo, or has put it into a final status already. Closed: it is only reported, because
 * what comes next is for people to decide. A run may be the very one that opened the merge request, not settled yet, or
 * one that opens the next.
 */
export function planMergeRequestEnd(
  { state }: Pick<MergeRequest, 'state'>,
  issue: PlannedIssue & { status: { category: string } },
  binding: Pick<Binding, 'statuses' | 'trigger' | 'mode'>,
  { hasOpenRun, hasOpenMergeRequest }: { hasOpenRun: boolean; hasOpenMergeRequest: boolean },
): MergeRequestEndPlan {
  if (state !== 'merged' && state !== 'closed') return { action: 'skip', reason: 'still-open' };
  if (binding.mode !== 'live') return { action: 'record', purpose: state };
  const isDone = issue.status.category === 'done';
  const asksAgain = !isDone && isTriggered(issue, binding.trigger);
  if (hasOpenRun && !asksAgain) return { action: 'reschedule' };
  const asksForMore = asksAgain || hasOpenMergeRequest;
  if (state === 'closed') return { action: 'notify', purpose: 'closed', asksForMore };

  const { done } = binding.statuses;
  if (done === 'off') return { action: 'record', purpose: 'merged' };
  return { action: 'notify', purpose: 'merged', asksForMore, ...(asksForMore || isDone ? {} : { moveTo: done }) };
}
