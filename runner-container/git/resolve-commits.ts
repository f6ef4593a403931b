import { TaskError } from '../../shared/kernel/errors.ts';
import type { Repository } from './git.ts';
import { readObjects } from './object-reader.ts';

/** The ids of the commits that names stand for, in order; `undefined` where a name stands for none. */
export async function resolveCommits(
  repository: Repository,
  names: readonly string[],
  signal: AbortSignal,
): Promise<(string | undefined)[]> {
  const commits = names.map((name) => `${name}^{commit}`);
  return (await readObjects(repository, 'info', commits, signal)).map((object) => object?.oid);
}

/**
 * The id of the one object that a name such as `HEAD^{tree}` stands for.
 * @throws {TaskError} `git-failed` when it stands for none.
 */
export async function resolveObject(repository: Repository, name: string, signal: AbortSignal): Promise<string> {
  const [object] = await readObjects(repository, 'info', [name], signal);
  if (!object) throw new TaskError('git-failed', { detail: `${name} stands for nothing` });
  return object.oid;
}
