import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { MergeRequestInput } from './merge-request-run.ts';

/** On the agent's own branches every commit names the issue, by the prefix of any binding of the repository. */
export function findIssueKey({
  bindings,
  mergeRequest: { sourceBranch },
}: Pick<MergeRequestInput, 'bindings' | 'mergeRequest'>): string | undefined {
  return findTicketOfBranch(sourceBranch, bindings)?.issueKey;
}
