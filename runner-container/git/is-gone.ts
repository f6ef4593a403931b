import { hasCode } from '../../shared/kernel/has-code.ts';
/** Whether a file system call failed because there is nothing at that path (any more). */
export function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}
