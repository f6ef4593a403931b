import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Makes a directory where there is none, and deletes what one has in it. Follows no link. */
export async function emptyDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) await rm(path.join(directory, name), { recursive: true, force: true });
}
