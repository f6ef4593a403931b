import type { Repository } from './git.ts';
import { runInRepository } from './run-git.ts';

/**
 * The ids of the commits that names stand for, in order and from one command; `undefined` where a name stands for none.
 */
export async function resolveCommits(
  repository: Repository,
  names: readonly string[],
  signal: AbortSignal,
): Promise<(string | undefined)[]> {
  const input = names.map((name) => `${name}^{commit}\n`).join('');
  const { stdout } = await runInRepository(repository, ['cat-file', '--batch-check=%(objectname)'], { input }, signal);
  const lines = stdout.toString('utf8').split('\n');
  return names.map((_, index) => {
    const line = lines[index] ?? '';
    // A name that stands for nothing is answered with itself and a word that says why.
    return /^[0-9a-f]+$/.test(line) ? line : undefined;
  });
}
