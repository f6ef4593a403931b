import type { DiffLine, FileDiff } from './parse-diff.ts';

/** A stretch of one file's diff that can be read without the rest. */
export interface DiffPiece {
  text: string;
  addedLines: number;
  removedLines: number;
}

/**
 * Splits the diff of a file that is longer than `maxCharacters`: between hunks where it can, and inside a hunk that is
 * longer itself. Each piece begins with the header of the file and says in its `@@` lines which lines it holds. A line
 * is never cut, so a piece of one very long line may be longer.
 */
export function splitDiff({ text, diff }: { text: string; diff: FileDiff }, maxCharacters: number): DiffPiece[] {
  if (text.length <= maxCharacters || diff.hunks.length === 0) return [toPiece('', text, linesOf(diff))];
  const header = text.slice(0, text.search(/(?<![^\n])@@ /));
  const room = Math.max(1, maxCharacters - header.length);
  const pieces: Stretch[] = [];
  for (const stretch of diff.hunks.flatMap(({ lines }) => cutHunk(lines, room))) {
    const last = pieces.at(-1);
    if (last && last.text.length + stretch.text.length <= room) {
      last.text += stretch.text;
      last.lines.push(...stretch.lines);
    } else pieces.push(stretch);
  }
  return pieces.map((piece) => toPiece(header, piece.text, piece.lines));
}

interface Stretch {
  text: string;
  lines: DiffLine[];
}

/** The header of a hunk, at its longest. */
const HUNK_HEADER = 60;

function cutHunk(lines: readonly DiffLine[], room: number): Stretch[] {
  const groups: DiffLine[][] = [];
  let left = 0;
  for (const line of lines) {
    const length = printLine(line).length;
    const group = groups.at(-1);
    if (group && length <= left) group.push(line);
    else {
      groups.push([line]);
      left = room - HUNK_HEADER;
    }
    left -= length;
  }
  return groups.map((group) => ({
    text: `${printHeader(group, lines)}${group.map(printLine).join('')}`,
    lines: group,
  }));
}

function printHeader(lines: readonly DiffLine[], hunk: readonly DiffLine[]): string {
  const start = lines[0]?.counters ?? { old: 1, new: 1 };
  const printRange = (side: 'old' | 'new', other: DiffLine['kind']) => {
    const count = (some: readonly DiffLine[]) => some.filter(({ kind }) => kind !== other).length;
    // As git writes it: an empty side stands at the line before. Where all of the hunk has none, its counter does, too.
    const at = count(lines) === 0 && count(hunk) > 0 ? start[side] - 1 : start[side];
    return `${at},${count(lines)}`;
  };
  return `@@ -${printRange('old', 'added')} +${printRange('new', 'removed')} @@\n`;
}

const SIGNS = { added: '+', removed: '-', context: ' ' } as const;

function printLine({ kind, text, noNewlineAtEnd }: DiffLine): string {
  return `${SIGNS[kind]}${text}\n${noNewlineAtEnd ? '\\ No newline at end of file\n' : ''}`;
}

function toPiece(header: string, text: string, lines: readonly DiffLine[]): DiffPiece {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { text: `${header}${text}`, addedLines: count('added'), removedLines: count('removed') };
}

function linesOf({ hunks }: FileDiff): DiffLine[] {
  return hunks.flatMap(({ lines }) => lines);
}
