import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type FileDiff, parseDiff } from '../../../shared/domain/review/parse-diff.ts';
import { PART_LIMITS } from '../../../shared/domain/review/plan-parts.ts';
import type { ReviewedFile } from '../../../shared/domain/review/reviewed-file.ts';
import { splitDiff } from '../../../shared/domain/review/split-diff.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';

/** The change of one file with the text git printed for it. */
export interface ChangedFile {
  diff: FileDiff;
  text: string;
}

const MAX_DIFF_BYTES = 32 * 1024 * 1024;

/** What changed between two commits, file by file; `undefined` when it is more than can be held. */
export async function readChanges(
  repository: Repository,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<ChangedFile[] | undefined> {
  const { text, truncated } = await diffRange(repository, { from, to, maxBytes: MAX_DIFF_BYTES }, signal);
  if (truncated) return undefined;
  // Only at the beginning of a line as git counts them: for the flag `m` a lone carriage return in a line would begin
  // one too.
  const sections = text.split(/(?<![^\n])(?=diff --git )/).filter((section) => section.startsWith('diff --git '));
  return sections.flatMap((section) => parseDiff(section).map((diff) => ({ diff, text: section })));
}

/** The diff of one file, or a piece of it, and how long it is. */
export interface WrittenDiff extends ReviewedFile {
  characters: number;
}

/**
 * Writes one file per changed file into `directory` for the agent to read, and several for one whose diff is too long
 * for a part of a review.
 */
export async function writeDiffs(directory: string, changes: readonly ChangedFile[]): Promise<WrittenDiff[]> {
  await mkdir(directory, { recursive: true });
  const files: WrittenDiff[] = [];
  for (const [index, change] of changes.entries()) {
    const { oldPath, newPath, status } = change.diff;
    const number = String(index + 1).padStart(3, '0');
    const pieces = splitDiff(change, PART_LIMITS.maxCharacters);
    for (const [at, { text, addedLines, removedLines }] of pieces.entries()) {
      const isWhole = pieces.length === 1;
      const diffFile = path.join(directory, isWhole ? `${number}.diff` : `${number}-${at + 1}.diff`);
      await writeFile(diffFile, text);
      const piece = isWhole ? {} : { piece: { number: at + 1, of: pieces.length } };
      files.push({ oldPath, newPath, status, addedLines, removedLines, diffFile, ...piece, characters: text.length });
    }
  }
  return files;
}

export function countLines(files: readonly FileDiff[]): { added: number; removed: number } {
  const lines = files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return {
    added: lines.filter(({ kind }) => kind === 'added').length,
    removed: lines.filter(({ kind }) => kind === 'removed').length,
  };
}
