import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { WorkTreeChanges } from './change.ts';
import type { Repository } from './git.ts';
import { isGone } from './is-gone.ts';
import { listEntries } from './list-entries.ts';

/** Something in the work tree that no commit takes along. A directory that is left out as a whole ends with `/`. */
export interface LeftOut {
  path: string;
  why: 'ignored' | 'submodule';
}

/**
 * What the agent made that is not part of the change: files the repository ignores or that tools leave behind, as
 * `listChanges` found them, and files in the directory of a submodule.
 */
export async function listLeftOut(
  repository: Repository,
  { ignored }: Pick<WorkTreeChanges, 'ignored'>,
  signal: AbortSignal,
): Promise<LeftOut[]> {
  const submodules = await listFilledSubmodules(repository, signal);
  return [
    ...submodules.map((name): LeftOut => ({ path: `${name}/`, why: 'submodule' })),
    ...ignored.map((name): LeftOut => ({ path: name, why: 'ignored' })),
  ];
}

/** Submodules are not checked out, so what stands in their directories was put there by the session. */
async function listFilledSubmodules(repository: Repository, signal: AbortSignal): Promise<string[]> {
  const entries = await listEntries(repository, 'HEAD', signal);
  const filled: string[] = [];
  for (const { path: name, mode } of entries)
    if (mode === '160000' && (await hasContent(path.join(repository.workTree, name)))) filled.push(name);
  return filled;
}

async function hasContent(directory: string): Promise<boolean> {
  try {
    const stats = await lstat(directory);
    return !stats.isDirectory() || (await readdir(directory)).length > 0;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
