import type { CommitState, GitLab, MergeRequest } from '../../domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../domain/ports/gitlab-refusals.ts';
import { REVIEW_STATUS, type ReviewStatus } from '../../domain/review/plan-review-status.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { tolerate } from '../../kernel/tolerate.ts';

export type StatusGitLab = Pick<GitLab, 'findCommitStatus' | 'setCommitStatus'>;

/** What GitLab takes as a description, and as a `target_url`. */
const MAX_LENGTH = 255;

/** What a review that began and did not end is in. */
const OPEN: readonly CommitState[] = ['pending', 'running'];

/** One commit of the source branch of a merge request. */
export interface ReviewedCommit {
  mergeRequest: Pick<MergeRequest, 'sourceProjectId' | 'sourceBranch'>;
  sha: string;
}

/**
 * Sets the status of a review. One that says so already stays, so that a second attempt adds nothing. False when the
 * project of the source branch is gone.
 * @throws {TaskError} `gitlab-*`; what `isRefusedByGitLab` knows is for good.
 */
export async function setReviewStatus(
  commit: ReviewedCommit,
  { targetUrl, ...wanted }: ReviewStatus,
  gitlab: StatusGitLab,
): Promise<boolean> {
  const { sourceProjectId, sourceBranch: ref } = commit.mergeRequest;
  if (sourceProjectId === 0) return false;
  const status = { ...wanted, description: fitText(wanted.description, MAX_LENGTH) };
  if (await saysAlready(commit, status, gitlab)) return true;
  const link = targetUrl !== undefined && targetUrl.length <= MAX_LENGTH ? { targetUrl } : {};
  try {
    await gitlab.setCommitStatus(sourceProjectId, commit.sha, { name: REVIEW_STATUS, ref, ...status, ...link });
  } catch (error) {
    // GitLab refuses a step from a state to itself, which is what a step at the same moment by another looks like.
    const mayBeThere = error instanceof TaskError && error.code === 'gitlab-refused';
    if (!mayBeThere || !(await saysAlready(commit, status, gitlab))) throw error;
  }
  return true;
}

/**
 * Ends a status that is in one of these states, by default one that is not over; every other stays.
 * @throws {TaskError} `gitlab-*`
 */
export async function endReviewStatus(
  commit: ReviewedCommit,
  status: ReviewStatus,
  gitlab: StatusGitLab,
  states: readonly CommitState[] = OPEN,
): Promise<void> {
  const { sourceProjectId } = commit.mergeRequest;
  if (sourceProjectId === 0) return;
  const now = await gitlab.findCommitStatus(sourceProjectId, commit.sha, REVIEW_STATUS);
  if (now && states.includes(now.state)) await setReviewStatus(commit, status, gitlab);
}

/**
 * Does something about a status that must not cost the work it is about. False when GitLab refused it.
 * @throws {TaskError} what passes, such as `gitlab-unavailable`
 */
export function tolerateRefusal(work: () => Promise<unknown>, log: Log): Promise<boolean> {
  return tolerate(work, { log, event: 'commit status refused', isTolerable: isRefusedByGitLab });
}

async function saysAlready({ mergeRequest, sha }: ReviewedCommit, status: ReviewStatus, gitlab: StatusGitLab) {
  const now = await gitlab.findCommitStatus(mergeRequest.sourceProjectId, sha, REVIEW_STATUS);
  if (now?.state !== status.state) return false;
  return OPEN.includes(now.state) || now.description === status.description;
}
