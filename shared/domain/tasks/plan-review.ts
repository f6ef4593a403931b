import type { Binding } from '../mapping/binding.ts';
import { createPathMatcher } from '../paths/create-path-matcher.ts';
import type { GitLabUser, MergeRequest } from '../ports/gitlab.ts';
import { chooseTreatment } from '../review/choose-treatment.ts';
import { matchesAny } from '../review/matches-any.ts';
import type { ReviewTask } from '../runs/task.ts';
import { buildReviewTask } from './build-task.ts';

/** Why a merge request event produced no review. Dashboards count these words: add freely, rename never. */
export type ReviewSkipReason =
  | 'unbound-project'
  | 'review-off'
  | 'closed'
  | 'draft'
  | 'bot-author'
  | 'dependency-update'
  | 'label'
  | 'title-word'
  | 'branch'
  | 'paths'
  | 'too-large'
  | 'own-duplicate-head'
  | 'already-reviewed'
  | 'not-on-push'
  | 'no-new-commits'
  | 'paused';

export type ReviewPlan = { action: 'enqueue'; task: ReviewTask } | { action: 'skip'; reason: ReviewSkipReason };

/** What happened. `polled` is a merge request that came back from a list, with nothing known about the change. */
export type ReviewCause = 'opened' | 'reopened' | 'ready' | 'pushed' | 'polled' | 'edited' | 'asked';

/** What GitLab's merge request event says happened. `oldrev` is only there when the code changed. */
export function reviewCauseOf(event: {
  action: string | undefined;
  oldrev: string | undefined;
  becameReady: boolean;
}): ReviewCause {
  if (event.action === 'open') return 'opened';
  if (event.action === 'reopen') return 'reopened';
  if (event.action === 'update' && event.becameReady) return 'ready';
  return event.action === 'update' && event.oldrev ? 'pushed' : 'edited';
}

export interface ReviewContext {
  /** The agent's own user; absent where it is not known yet. */
  self?: Pick<GitLabUser, 'id'>;
  /** The head of the last finished review of this merge request. */
  reviewedHead?: string | undefined;
  /** A person paused reviews here. */
  paused?: boolean;
  /** New paths of the diff; absent means not known yet, and then the runner asks again. */
  changedPaths?: readonly string[];
  changedLines?: number;
  /** At least so many files are changed, where that is known before the diff is. */
  changedFiles?: number | undefined;
  limits?: { maxFiles: number; maxLines: number };
  traceparent?: string;
  /** The note that asked, for `asked`: the same head may be reviewed again then. */
  noteId?: number;
  depth?: 'incremental' | 'full';
}

/** What planning needs to know of a merge request. */
export type ReviewedMergeRequest = Pick<
  MergeRequest,
  'projectId' | 'iid' | 'title' | 'state' | 'draft' | 'sourceBranch' | 'headSha' | 'labels'
> & { author: Pick<GitLabUser, 'id' | 'username' | 'bot'> };

/**
 * Decides whether a merge request is reviewed at its head.
 *
 * The task id is built from the head, so that a webhook, a poll and a redelivery plan the same task. A person who asks
 * overrides draft, pause and the rules of the binding, not a closed merge request.
 */
export function planReview(
  mergeRequest: ReviewedMergeRequest,
  cause: ReviewCause,
  binding: Binding | undefined,
  context: ReviewContext,
): ReviewPlan {
  if (!binding) return { action: 'skip', reason: 'unbound-project' };
  if (mergeRequest.state !== 'opened') return { action: 'skip', reason: 'closed' };
  const reason = cause === 'asked' ? undefined : findSkipReason(mergeRequest, cause, binding, context);
  if (reason) return { action: 'skip', reason };

  return {
    action: 'enqueue',
    task: buildReviewTask({
      credentialRef: binding.credentialRef,
      image: binding.image,
      projectId: mergeRequest.projectId,
      mergeRequestIid: mergeRequest.iid,
      headSha: mergeRequest.headSha,
      depth: context.depth,
      request: context.noteId,
      traceparent: context.traceparent,
    }),
  };
}

function findSkipReason(
  mergeRequest: ReviewedMergeRequest,
  cause: ReviewCause,
  { review }: Binding,
  context: ReviewContext,
): ReviewSkipReason | undefined {
  const own = mergeRequest.author.id === context.self?.id;
  const treatment = chooseTreatment(mergeRequest, review.bots, context);
  const rules: [ReviewSkipReason, () => boolean][] = [
    ['review-off', () => !review.enabled],
    ['draft', () => mergeRequest.draft && !own],
    ['bot-author', () => treatment.kind === 'skip' && treatment.reason === 'bot-author'],
    ['dependency-update', () => treatment.kind === 'skip'],
    ['label', () => mergeRequest.labels.some((label) => review.skipLabels.some((skip) => sameWord(skip, label)))],
    ['title-word', () => review.skipTitleWords.some((word) => hasWord(mergeRequest.title, word))],
    ['branch', () => matchesAny(mergeRequest.sourceBranch, review.skipBranches)],
    ['paused', () => context.paused === true],
    ['no-new-commits', () => cause === 'edited'],
    // Our own push causes an event too: one look at the result is wanted, a dialogue with ourselves is not.
    ['own-duplicate-head', () => own && context.reviewedHead === mergeRequest.headSha],
    ['already-reviewed', () => context.reviewedHead === mergeRequest.headSha],
    [
      'not-on-push',
      // What the agent has mended is looked at before people are.
      () =>
        !review.onPush &&
        !(own && review.fixOwnFindings) &&
        (cause === 'pushed' || (cause === 'polled' && context.reviewedHead !== undefined)),
    ],
    ['paths', () => !touches(context.changedPaths, review.paths)],
    ['too-large', () => isTooLarge(context, review.paths)],
  ];
  return rules.find(([, applies]) => applies())?.[0];
}

function touches(changed: readonly string[] | undefined, globs: string[]): boolean {
  if (changed === undefined || globs.length === 0) return true;
  const find = createPathMatcher(globs);
  return changed.some((path) => find(path) !== undefined);
}

function isTooLarge({ changedPaths, changedFiles, changedLines, limits }: ReviewContext, globs: string[]): boolean {
  if (!limits) return false;
  // Where only some paths are reviewed, a count does not say whether this concerns them: the diff does.
  const counted = globs.length === 0 ? changedFiles : undefined;
  return (changedPaths?.length ?? counted ?? 0) > limits.maxFiles || (changedLines ?? 0) > limits.maxLines;
}

function sameWord(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** `WIP` is in "WIP: x" and in "[wip] x", not in "wiper". */
function hasWord(title: string, word: string): boolean {
  const index = title.toLowerCase().split(word.toLowerCase());
  return index
    .slice(1)
    .some((after, position) => !/[\p{L}\p{N}]$/u.test(index[position] ?? '') && !/^[\p{L}\p{N}]/u.test(after));
}
