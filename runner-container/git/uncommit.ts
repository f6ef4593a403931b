import type { Repository } from './git.ts';
import { runInRepository } from './run-git.ts';
import { pointHeadAt } from './write-ref.ts';

/** Makes `base` HEAD and index and leaves the work tree as it is: what was committed on top is a change again. */
export async function uncommit(repository: Repository, base: string, signal: AbortSignal): Promise<void> {
  await pointHeadAt(repository, base);
  await runInRepository(repository, ['read-tree', '--reset', base], {}, signal);
}
