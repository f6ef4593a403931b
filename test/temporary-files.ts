import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, platform } from 'node:os';
import path from 'node:path';

const SHARED_MEMORY = '/dev/shm';
const PREFIX = 'cmap-tests-';
const ENOUGH_BYTES = 6 * 1024 ** 3;
/** `f_type` of a file system in memory, from linux/magic.h. */
const TMPFS = 0x01021994;

let directory: string | undefined;
let lanes = 0;

/**
 * Puts what the tests write into memory where there is room for it. On a disk, repositories that are made and deleted
 * by the thousand slow the making of every next file down: ext4 looks past each inode that was freed in the last
 * minutes.
 */
export function setup(): () => void {
  lanes += 1;
  if (directory === undefined && hasRoom()) {
    removeLeftOver();
    directory = mkdtempSync(path.join(SHARED_MEMORY, `${PREFIX}${process.pid}-`));
    // As /tmp is: agents work as other users.
    chmodSync(directory, 0o1777);
    process.env['TMPDIR'] = directory;
  }
  return () => {
    lanes -= 1;
    if (lanes === 0 && directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** A run that was killed could not free its memory. */
function removeLeftOver(): void {
  for (const name of readdirSync(SHARED_MEMORY)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(path.join(SHARED_MEMORY, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function hasRoom(): boolean {
  if (platform() !== 'linux' || process.env['TMPDIR'] !== undefined) return false;
  try {
    accessSync(SHARED_MEMORY, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(SHARED_MEMORY);
    return type === TMPFS && bavail * bsize > ENOUGH_BYTES && freemem() > ENOUGH_BYTES;
  } catch {
    return false;
  }
}
