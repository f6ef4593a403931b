import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

import type { Repository } from './git.ts';
import { isGone } from './is-gone.ts';
import { listEntries } from './list-entries.ts';
import { runInRepository } from './run-git.ts';

/** Something in the work tree that no commit takes along. A directory that is left out as a whole ends with `/`. */
export interface LeftOut {
  path: string;
  why: 'ignored' | 'submodule';
}

const MAX_LISTING_BYTES = 1024 * 1024;

/**
 * What the agent made that is not part of the change: files the repository ignores or that tools leave behind, and
 * files in the directory of a submodule.
 */
export async function listLeftOut(repository: Repository, signal: AbortSignal): Promise<LeftOut[]> {
  const [ignored, submodules] = await Promise.all([
    listIgnored(repository, signal),
    listFilledSubmodules(repository, signal),
  ]);
  return [
    ...submodules.map((name): LeftOut => ({ path: `${name}/`, why: 'submodule' })),
    ...ignored.map((name): LeftOut => ({ path: name, why: 'ignored' })),
  ];
}

async function listIgnored(repository: Repository, signal: AbortSignal): Promise<string[]> {
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  const options = { maxOutputBytes: MAX_LISTING_BYTES, truncate: true };
  const { stdout } = await runInRepository(repository, args, options, signal);
  const text = stdout.toString('utf8');
  const names = text.slice(0, text.lastIndexOf('\0') + 1).split('\0');
  return names.filter((name) => name !== '');
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
