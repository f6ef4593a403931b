import type { Dirent } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../shared/kernel/has-code.ts';

import type { Change } from './change.ts';
import { isGone } from './is-gone.ts';
import type { WorkTreeProblem } from './work-tree-problem.ts';

/** Directories with their own rules that git never looks into for us. */
const NOT_ENTERED: ReadonlySet<string> = new Set(['.git', 'node_modules']);
const MAX_ENTRIES = 200_000;
/** Linux opens nothing behind 4,096 bytes, by step there is no limit. */
const MAX_PATH_BYTES = 3500;
const BINARY_PROBE_BYTES = 8000;

/**
 * Looks for what would keep git busy for ever or make it fail: countless entries, paths that cannot be opened, and
 * pipes or devices in the place of files that git reads by name (`.gitignore`). Follows no link.
 */
export async function findWorkTreeProblem(workTree: string, signal: AbortSignal): Promise<WorkTreeProblem | undefined> {
  let entries = 0;
  const pending = [workTree];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    signal.throwIfAborted();
    if (Buffer.byteLength(directory) > MAX_PATH_BYTES) return 'path-too-long';
    for (const entry of await list(directory)) {
      entries += 1;
      if (entries > MAX_ENTRIES) return 'too-many-entries';
      if (entry.isDirectory() && !NOT_ENTERED.has(entry.name)) pending.push(path.join(directory, entry.name));
      if (entry.name.startsWith('.git') && isBlocking(entry)) return 'blocking-file';
    }
  }
  return undefined;
}

/** What stands at a path of the work tree, looked at without following the last link or waiting for a pipe. */
export async function inspectPath(
  workTree: string,
  gitPath: string,
): Promise<Pick<Change, 'entry' | 'sizeBytes' | 'binary' | 'linkTarget'>> {
  const file = path.join(workTree, gitPath);
  const stats = await lstat(file).catch((error: unknown) => {
    if (isGone(error)) return undefined;
    throw error;
  });
  if (!stats) return { entry: 'none', sizeBytes: 0, binary: false };
  if (stats.isSymbolicLink())
    return { entry: 'symlink', sizeBytes: stats.size, binary: false, linkTarget: await readlink(file) };
  // git names a directory only when it is a repository of its own.
  if (stats.isDirectory()) return { entry: 'submodule', sizeBytes: 0, binary: false };
  if (!stats.isFile()) return { entry: 'other', sizeBytes: 0, binary: false };
  const entry = stats.mode & 0o100 ? 'executable' : 'file';
  return { entry, sizeBytes: stats.size, binary: await looksBinary(file) };
}

/** A NUL in the first 8,000 bytes, which is also how git decides. */
async function looksBinary(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BINARY_PROBE_BYTES), 0, BINARY_PROBE_BYTES, 0);
    return buffer.subarray(0, bytesRead).includes(0);
  } finally {
    await handle.close();
  }
}

async function list(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    // git cannot read it either, and says so when it matters.
    if (isGone(error) || hasCode(error, 'EACCES')) return [];
    throw error;
  });
}

function isBlocking(entry: Dirent): boolean {
  return entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice();
}
