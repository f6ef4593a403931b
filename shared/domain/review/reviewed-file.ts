import type { FileDiffStatus } from './parse-diff.ts';

/** The diff of one changed file where a session can read it. */
export interface ReviewedFile {
  oldPath: string;
  newPath: string;
  status: FileDiffStatus;
  addedLines: number;
  removedLines: number;
  /** Absolute path of the file with this file's diff, in a directory the agent may read. */
  diffFile: string;
  /** Where the diff is too long to be read at once: which stretch of it this is. */
  piece?: { number: number; of: number };
}
