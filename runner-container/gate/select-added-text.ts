import type { Reading } from '../git/read-added-text.ts';

/** A larger file, such as a lock file, is only looked at where the change is. */
const WHOLE_FILE_LENGTH = 256 * 1024;
const CONTEXT_LINES = 20;
/** Stands for the number of a line between two parts: no line of any file. */
export const BETWEEN = 0;

export interface SelectedText {
  text: string;
  /**
   * Number in the file of each line of `text`; absent when it is the whole file. `BETWEEN` for a line between two
   * parts.
   */
  lineNumbers?: readonly number[];
}

/** What is searched of a file: all of it, or of a large one the new lines with some lines around them. */
export function selectAddedText({ text, addedLines }: Reading): SelectedText {
  if (text.length <= WHOLE_FILE_LENGTH) return { text };
  const lines = text.split('\n');
  const chosen = new Set<number>();
  for (const line of addedLines)
    for (let near = Math.max(1, line - CONTEXT_LINES); near <= Math.min(lines.length, line + CONTEXT_LINES); near += 1)
      chosen.add(near);
  const lineNumbers: number[] = [];
  for (const line of [...chosen].toSorted((a, b) => a - b)) {
    if (lineNumbers.length > 0 && lineNumbers.at(-1) !== line - 1) lineNumbers.push(BETWEEN);
    lineNumbers.push(line);
  }
  return { text: lineNumbers.map((line) => lines[line - 1] ?? '').join('\n'), lineNumbers };
}
