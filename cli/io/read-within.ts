import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** What stands in a file, or why it is not read. */
export type ReadWithin = { bytes: Uint8Array } | { refused: string };

/**
 * Reads a file of a folder or of one below it; a link that leads out of the folder is not followed, and nothing but a
 * file is read. Rejects with the system's own error.
 */
export async function readWithin(folder: string, file: string, maxBytes: number): Promise<ReadWithin> {
  const root = await realpath(folder);
  const target = await realpath(path.join(root, file));
  if (!isBelow(path.relative(root, target))) return { refused: 'it leads out of the folder of the map' };
  const found = await stat(target);
  if (!found.isFile()) return { refused: 'it is no file' };
  if (found.size > maxBytes) return { refused: `it has ${found.size} bytes` };
  return { bytes: await readFile(target) };
}

/** On Windows the way to another drive is an absolute path. */
function isBelow(relative: string): boolean {
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
