import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { RUN_TRAILER } from '../../git/list-commits.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { judgeChanges } from './judge-commit.ts';

export interface WorkToCommit {
  binding: Binding;
  runId: string;
  subject: string;
  body: string;
}

/**
 * Commits what the agent left in the work tree. `undefined` when it changed nothing.
 * @throws {TaskError} `change-refused` when the gate would not let it pass anyway.
 */
export async function commitWork(
  repository: Repository,
  { binding, runId, subject, body }: WorkToCommit,
  { settings }: Pick<RunnerDeps, 'settings'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const list = await listChanges(repository, signal);
  judgeChanges(list, binding);
  const { changes } = list;
  if (changes.length === 0) return undefined;

  const message = { subject, body, trailers: { [RUN_TRAILER]: runId } };
  const commit = await commitChanges(repository, { changes, ...message, author: settings.author }, signal);
  return commit.kind === 'committed' ? commit.sha : undefined;
}
