import { createPathMatcher } from '../paths/create-path-matcher.ts';
import { isLockFile } from './dependency-files.ts';
import type { FileDiff } from './parse-diff.ts';

/** A changed file that no model reads, and why. */
export interface FileLeftOut {
  path: string;
  /**
   * `budget`: what the run may use up did not reach for its part; `parts`: it is beyond the cap of parts; `no-result`:
   * the session that read its part handed in nothing.
   */
  why: 'binary' | 'paths' | 'lock-file' | 'budget' | 'parts' | 'no-result';
  /** Other pieces of its diff were read. */
  isInPart?: boolean;
}

/** Whether it should have been read, so that the review of the head is not whole. */
export function isMissed({ why }: FileLeftOut): boolean {
  return why === 'budget' || why === 'parts' || why === 'no-result';
}

/**
 * Which changed files a review looks at: those under one of the globs, or all where there are none. A binary file stays
 * among them, because that it was added may be a finding, but its content is not read. With `leavesOutLocks` lock files
 * are not: of an update of dependencies they say what the manifests say, at a hundred times the length.
 */
export function selectFiles<Changed extends { diff: FileDiff }>(
  changes: readonly Changed[],
  globs: readonly string[],
  { leavesOutLocks = false } = {},
): { selected: Changed[]; leftOut: FileLeftOut[] } {
  const find = createPathMatcher(globs);
  const isWanted = ({ diff }: Changed) =>
    globs.length === 0 || [diff.newPath, diff.oldPath].some((path) => find(path) !== undefined);
  const wanted = changes.filter(isWanted);
  const [locks = [], selected = []] = [true, false].map((isLock) =>
    wanted.filter(({ diff }) => (leavesOutLocks && isLockFile(diff.newPath)) === isLock),
  );
  const binary = selected.filter(({ diff }) => diff.status === 'binary');
  const unwanted = changes.filter((change) => !isWanted(change));
  return {
    selected,
    leftOut: [
      ...binary.map(({ diff }) => ({ path: diff.newPath, why: 'binary' as const })),
      ...locks.map(({ diff }) => ({ path: diff.newPath, why: 'lock-file' as const })),
      ...unwanted.map(({ diff }) => ({ path: diff.newPath, why: 'paths' as const })),
    ],
  };
}
