import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { listEarlierRuns } from '../../../shared/services/ledger/list-earlier-runs.ts';
import { type AdmitCommentDeps, admitComment, RECENT_RUNS } from './admit-comment.ts';

export interface IngestCommentsDeps extends AdmitCommentDeps {
  jira: Pick<Jira, 'listComments'>;
}

export interface CommentCounts {
  admitted: number;
  duplicates: number;
  skipped: number;
}

/** The search may lag behind, and Jira's clock may differ from ours. */
const OVERLAP_MS = 2 * MINUTE;

/** After a longer pause older comments are not looked for: all changes of several days are too many for one poll. */
const MAX_LOOK_BACK_MS = 24 * 60 * MINUTE;

/** Comments from this moment on are work unless they were admitted before; `undefined` at the first poll ever. */
export function commentsAfter(lastSuccessAt: number | undefined, now: number): number | undefined {
  return lastSuccessAt === undefined ? undefined : Math.max(lastSuccessAt - OVERLAP_MS, now - MAX_LOOK_BACK_MS);
}

/** `after` as whole minutes before now, as JQL takes it, with one to spare for the rounding. */
export function minutesSince(after: number, now: number): number {
  return Math.ceil(Math.max(0, now - after) / MINUTE) + 1;
}

/**
 * Admits what the new and edited comments of a changed issue ask for. An issue on which nothing was done costs one read
 * of our own ledger, others one more request to Jira.
 */
export async function ingestComments(
  issue: Issue,
  { binding, routed, after }: { binding: JiraBinding; routed?: readonly JiraBinding[]; after: number },
  deps: IngestCommentsDeps,
): Promise<CommentCounts> {
  const counts: CommentCounts = { admitted: 0, duplicates: 0, skipped: 0 };
  const { runs, unreadable } = await listEarlierRuns(issueScope(issue.key), RECENT_RUNS, deps.ledger);
  if (unreadable.length === 0 && !runs.some(({ task }) => task.kind === 'coding')) return counts;
  for (const comment of await deps.jira.listComments(issue.key)) {
    if (Math.max(comment.createdAt, comment.updatedAt) < after) continue;
    const result = await admitComment(comment, { issue, binding, ...(routed ? { routed } : {}) }, deps);
    if ('skipped' in result) counts.skipped += 1;
    else counts[result.duplicate ? 'duplicates' : 'admitted'] += 1;
  }
  return counts;
}
