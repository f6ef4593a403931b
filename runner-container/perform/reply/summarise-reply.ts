import type { ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** What the commit that answers a thread is about: what the agent calls it, or how its answer begins. */
export function summariseReply({ commitSubject, text }: Pick<ReplyResult, 'commitSubject' | 'text'>): string {
  return commitSubject || (text.trim().split('\n', 1)[0] ?? '');
}

/** On the agent's own branches every commit names the issue. */
export function findIssueKey({
  binding,
  mergeRequest: { sourceBranch },
}: Pick<MergeRequestInput, 'binding' | 'mergeRequest'>): string | undefined {
  const key = sourceBranch.startsWith(binding.branchPrefix) ? sourceBranch.slice(binding.branchPrefix.length) : '';
  return /^[A-Z][A-Z0-9_]*-\d+$/.test(key) ? key : undefined;
}
