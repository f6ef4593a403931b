import type { ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** What the commit that answers a thread is about: what the agent calls it, or how its answer begins. */
export function summariseReply({ commitSubject, text }: Pick<ReplyResult, 'commitSubject' | 'text'>): string {
  return commitSubject || (text.trim().split('\n', 1)[0] ?? '');
}

/** On the agent's own branches every commit names the issue, by the prefix of any binding of the repository. */
export function findIssueKey({
  bindings,
  mergeRequest: { sourceBranch },
}: Pick<MergeRequestInput, 'bindings' | 'mergeRequest'>): string | undefined {
  return findTicketOfBranch(sourceBranch, bindings)?.issueKey;
}
