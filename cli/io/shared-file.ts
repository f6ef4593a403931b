import { access, chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';

/** A small file of one person that several processes change. */
export interface SharedFile {
  path: string;
  exists(): Promise<boolean>;
  /** `undefined` where there is none. Rejects with the system's own error. */
  read(): Promise<string | undefined>;
  /**
   * Replaces the whole file at once by what `change` makes of it; only this user may read it. Nothing is lost that
   * another process writes meanwhile.
   * @throws {SharedFileError} when another process does not let go; else what `change` threw, or the system's own error
   */
  update(change: (text: string | undefined) => string): Promise<void>;
}

/** The file stayed locked. Its message says what to do. */
export class SharedFileError extends Error {
  override readonly name = 'SharedFileError';
}

const TRIES = 100;
const BETWEEN_TRIES_MS = 50;

/** A file with a lock beside it, which is never taken from another process: who was right could not be known. */
export function createSharedFile(
  file: string,
  { pid, clock }: { pid: number; clock: Pick<Clock, 'sleep'> },
): SharedFile {
  const lock = `${file}.lock`;
  return {
    path: file,
    exists: () =>
      access(file).then(
        () => true,
        (error: unknown) => !hasCode(error, 'ENOENT'),
      ),
    read: () => readIfThere(file),
    async update(change) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const release = await acquire(lock, clock);
      try {
        const temporary = `${file}.${pid}.tmp`;
        await write(temporary, change(await readIfThere(file)));
        await rename(temporary, file);
      } finally {
        await release();
      }
    },
  };
}

async function acquire(lock: string, clock: Pick<Clock, 'sleep'>): Promise<() => Promise<void>> {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return () => rm(lock, { force: true });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    await clock.sleep(BETWEEN_TRIES_MS);
  }
  throw new SharedFileError(`${lock} is held by another process: when no other cmap is at work, delete it`);
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    // Before the new name is known: after a loss of power there is the old file or the new one.
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(file, 0o600);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
