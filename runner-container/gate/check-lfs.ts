import type { AddedText } from '../git/read-added-text.ts';
import type { Violation } from './violation.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md, "The Pointer" */
const POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\d-\S+ \S+\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n$/;

/**
 * Files that belong to Git LFS and hold their own bytes instead of a pointer: GitLab would keep them in the history for
 * ever.
 */
export function checkLfs(files: readonly AddedText[], lfsPaths: ReadonlySet<string>): Violation[] {
  return (
    files
      // An empty file is its own pointer.
      .filter(({ path, text }) => lfsPaths.has(path) && text !== '' && !POINTER.test(text))
      .map(({ path }) => ({
        rule: 'lfs-file',
        path,
        message: 'Belongs to Git LFS and holds its own bytes instead of a pointer.',
      }))
  );
}
