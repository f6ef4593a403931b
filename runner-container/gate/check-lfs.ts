import type { LfsFile } from '../git/read-lfs-files.ts';
import type { Violation } from './violation.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, "The Pointer" */
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\d-\S+ \S+\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n$/;

/**
 * Files that belong to Git LFS and hold their own bytes instead of a pointer: GitLab would keep them in the history for
 * ever.
 */
export function checkLfs(files: readonly LfsFile[]): Violation[] {
  return files
    .filter(({ blob }) => !blob || !isPointer(blob))
    .map(({ path }) => ({
      rule: 'lfs-file',
      path,
      message: 'Belongs to Git LFS and holds its own bytes instead of a pointer.',
    }));
}

/** By its bytes: what only reads as a pointer, behind a byte order mark, is none. An empty file is its own pointer. */
function isPointer(blob: Buffer): boolean {
  return blob.length === 0 || POINTER.test(blob.toString('latin1'));
}
