import { findDescribingRun, formatMergeRequestTitle } from '../../../shared/domain/messages/format-merge-request.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { CodingInput } from './coding-run.ts';
import { describeChange, type MergeRequestContent } from './describe-change.ts';
import { findPeople } from './find-people.ts';
import { listOwnMergeRequests } from './list-own-merge-requests.ts';

export interface OpenMergeRequestDeps {
  gitlab: Pick<
    GitLab,
    | 'listMergeRequestsBySourceBranch'
    | 'getCurrentUser'
    | 'createMergeRequest'
    | 'findUserByUsername'
    | 'findUserByEmail'
  >;
  jira: Pick<Jira, 'findEmail'>;
  log: Log;
  /** Masks credentials in texts of the ticket and of an earlier commit, before they are cut. */
  maskWritten: (text: string) => string;
}

export interface OpenedMergeRequest {
  mergeRequest: MergeRequest;
  /** By this run. */
  created: boolean;
  /** Whom to ask to review once the agent's own review is over; absent where they are asked at once. */
  owedReviewers?: readonly number[];
}

/**
 * Opens a draft merge request for the branch, or finds the one that is open; the key is the source branch, so repeating
 * it changes nothing. Labels, assignee and reviewers are left to people afterwards: only the first run sets them; the
 * description is renewed by `renewDescription`. Where the agent mends what its own review finds, reviewers are asked
 * after that: this only finds out who they are.
 */
export async function openMergeRequest(
  input: Pick<CodingInput, 'issue' | 'binding' | 'project' | 'branch'>,
  content: MergeRequestContent,
  { gitlab, jira, log, maskWritten }: OpenMergeRequestDeps,
): Promise<OpenedMergeRequest> {
  const { issue, binding, project, branch } = input;
  const asksLater = mendsOwnFindings(binding);
  const existing = await findOpen(input, gitlab);
  const isOurs = existing && findDescribingRun(existing.description) === content.runId;
  if (existing && !(asksLater && isOurs)) return { mergeRequest: existing, created: false };

  const { labels, title, squash } = binding.mergeRequest;
  const asked = { rules: binding.mergeRequest, owners: content.conventions?.owners ?? [], issue };
  const { remarks, reviewerIds, ...people } = await findPeople(asked, { gitlab, jira });
  const owed = asksLater ? { owedReviewers: reviewerIds ?? [] } : {};
  // An attempt that was killed has opened it, and may not have kept whom to ask.
  if (existing) return { mergeRequest: existing, created: false, ...owed };
  if (remarks.length > 0) log.warn('people of the merge request not found', { issueKey: issue.key, remarks });
  const { text, description } = describeChange(input, content, { maskWritten, remarks });
  try {
    const mergeRequest = await gitlab.createMergeRequest(project.projectId, {
      sourceBranch: branch,
      targetBranch: binding.targetBranch,
      title: formatMergeRequestTitle(text, title),
      description,
      ...(labels.length > 0 ? { labels } : {}),
      ...people,
      ...(reviewerIds && !asksLater ? { reviewerIds } : {}),
      removeSourceBranch: true,
      ...(squash === undefined ? {} : { squash }),
    });
    return { mergeRequest, created: true, ...owed };
  } catch (error) {
    // The answer may have got lost, or a second runner was faster: what counts is whether it is there.
    const found = error instanceof TaskError ? await findOpen(input, gitlab) : undefined;
    if (!found) throw error;
    const created = findDescribingRun(found.description) === content.runId;
    return { mergeRequest: found, created, ...(created ? owed : {}) };
  }
}

/** Whether the agent's own review and one round about what it finds come before people are asked. */
export function mendsOwnFindings({ review }: Pick<CodingInput['binding'], 'review'>): boolean {
  return review.enabled && review.fixOwnFindings === true;
}

async function findOpen(
  input: Pick<CodingInput, 'binding' | 'project' | 'branch'>,
  gitlab: OpenMergeRequestDeps['gitlab'],
): Promise<MergeRequest | undefined> {
  return (await listOwnMergeRequests(input, gitlab)).find(({ state }) => state === 'opened');
}
