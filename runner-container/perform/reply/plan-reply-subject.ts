import type { ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

type SubjectInput = Pick<MergeRequestInput, 'binding' | 'mergeRequest'>;

/** The subject of the commit that answers a thread: what the agent calls it, or how its answer begins. */
export function planReplySubject(input: SubjectInput, result: ReplyResult): string {
  return `${issuePrefix(input)}${result.commitSubject || firstLine(result.text)}`;
}

/** On the agent's own branches every commit names the issue. */
function issuePrefix({ binding, mergeRequest: { sourceBranch } }: SubjectInput): string {
  const key = sourceBranch.startsWith(binding.branchPrefix) ? sourceBranch.slice(binding.branchPrefix.length) : '';
  return /^[A-Z][A-Z0-9_]*-\d+$/.test(key) ? `${key}: ` : '';
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
