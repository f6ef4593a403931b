import type { WorkTreeProblem } from './work-tree-problem.ts';

/** What stands at a path now. `other` is a pipe, a socket or a device; `none` when the path is gone. */
export type EntryKind = 'file' | 'executable' | 'symlink' | 'submodule' | 'other' | 'none';

/** `content` of a path at which nothing stands any more. */
export const NO_CONTENT = 'none';

/** One changed path, as git names it: relative, with `/`, never quoted. */
export interface Change {
  path: string;
  kind: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Where a renamed file was before. */
  oldPath?: string;
  entry: EntryKind;
  /** 0 when the path is gone. */
  sizeBytes: number;
  binary: boolean;
  /** How much of the file is new; absent until its content was looked at. */
  addedBytes?: number;
  /** What stands at the path, by its kind and the id of its blob; absent until it is committed. */
  content?: string;
  /** Of a symbolic link, as written. */
  linkTarget?: string;
}

export interface ChangeList {
  changes: Change[];
  /** There was more than could be listed; never push such a change. */
  truncated: boolean;
  /** Why nothing could be listed. */
  problem?: WorkTreeProblem;
  /** Every path before the change, to judge collisions and how much was deleted. */
  pathsBefore: readonly string[];
}

/** What a work tree has that HEAD has not. */
export interface WorkTreeChanges extends ChangeList {
  /** What the repository ignores, or tools leave behind. A directory of which all is ignored ends with `/`. */
  ignored: readonly string[];
}
