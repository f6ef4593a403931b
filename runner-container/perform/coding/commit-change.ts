import { TaskError } from '../../../shared/errors.ts';
import type { CodingResult } from '../../../shared/prompts/coding-result.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { RUN_TRAILER } from '../../git/list-commits.ts';
import type { RunnerDeps } from '../runner-deps.ts';
import type { CodingOrder } from './coding-order.ts';

/** Commits what the agent left in the work tree. `undefined` when it changed nothing. */
export async function commitChange(
  repository: Repository,
  { order, result, runId }: { order: CodingOrder; result: CodingResult; runId: string },
  { settings }: Pick<RunnerDeps, 'settings'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { changes, truncated } = await listChanges(repository, signal);
  if (truncated)
    throw new TaskError('change-refused', { detail: 'The agent left more files than can be looked through.' });
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
