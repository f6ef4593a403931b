import type { ReplyResult } from '../../../shared/prompts/reply-result.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { RUN_TRAILER } from '../../git/list-commits.ts';
import { judgeChanges } from '../judge-commit.ts';
import type { MergeRequestOrder } from '../merge-request-order.ts';
import type { RunnerDeps } from '../runner-deps.ts';

/** Commits what the agent left in the work tree. `undefined` when it changed nothing. */
export async function commitReply(
  repository: Repository,
  { order, result, runId }: { order: MergeRequestOrder; result: ReplyResult; runId: string },
  { settings }: Pick<RunnerDeps, 'settings'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const list = await listChanges(repository, signal);
  judgeChanges(list, order.binding);
  const { changes } = list;
  if (changes.length === 0) return undefined;

  const commit = await commitChanges(
    repository,
    {
      changes,
      subject: `${issuePrefix(order)}${result.commitSubject || firstLine(result.text)}`,
      body: result.text,
      author: settings.author,
      trailers: { [RUN_TRAILER]: runId },
    },
    signal,
  );
  return commit.kind === 'committed' ? commit.sha : undefined;
}

/** On the agent's own branches every commit names the issue. */
function issuePrefix({ binding, mergeRequest: { sourceBranch } }: MergeRequestOrder): string {
  const key = sourceBranch.startsWith(binding.branchPrefix) ? sourceBranch.slice(binding.branchPrefix.length) : '';
  return /^[A-Z][A-Z0-9_]*-\d+$/.test(key) ? `${key}: ` : '';
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
