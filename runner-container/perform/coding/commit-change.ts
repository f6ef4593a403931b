import type { CodingResult } from '../../../shared/prompts/coding-result.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { RUN_TRAILER } from '../../git/list-commits.ts';
import { judgeChanges } from '../judge-commit.ts';
import type { RunnerDeps } from '../runner-deps.ts';
import type { CodingOrder } from './coding-order.ts';

/**
 * Commits what the agent left in the work tree. `undefined` when it changed nothing.
 * @throws {TaskError} `change-refused` when the gate would not let it pass anyway.
 */
export async function commitChange(
  repository: Repository,
  { order, result, runId }: { order: CodingOrder; result: CodingResult; runId: string },
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
      subject: `${order.issue.key}: ${order.issue.summary}`,
      body: result.summary,
      author: settings.author,
      trailers: { [RUN_TRAILER]: runId },
    },
    signal,
  );
  return commit.kind === 'committed' ? commit.sha : undefined;
}
