import { parsePatch, type StructuredPatch, type StructuredPatchHunk } from 'diff';

export type FileDiffStatus = 'added' | 'deleted' | 'renamed' | 'modified' | 'binary' | 'mode-only';

/**
 * One line of a hunk. Added lines have a `newLine`, removed ones an `oldLine`, context lines both; all count from 1.
 */
export interface DiffLine {
  kind: 'added' | 'removed' | 'context';
  oldLine?: number;
  newLine?: number;
  /** Without the leading sign and the line feed. A carriage return before the line feed is part of it. */
  text: string;
  /** The file ends here without a line feed. */
  noNewlineAtEnd: boolean;
  /** Where both counters stand at this line, also on the side that lacks it. GitLab builds its line codes from them. */
  counters: { old: number; new: number };
}

export interface DiffHunk {
  lines: DiffLine[];
}

/** The change of one file. An added or deleted file carries its one path on both sides, as GitLab wants it. */
export interface FileDiff {
  oldPath: string;
  newPath: string;
  status: FileDiffStatus;
  /** Empty for binary files, pure renames and pure mode changes. */
  hunks: DiffHunk[];
}

/**
 * Reads the output of `git diff` with `DIFF_ARGUMENTS`. Quoted and non-ASCII names come out as they are on disk.
 *
 * @throws {Error} when the text is cut off or is not a diff.
 */
export function parseDiff(text: string): FileDiff[] {
  // One section per file. Inside a hunk every line starts with a sign, so only headers can match. Lines end where git
  // ends them, at a line feed; for the flag `m` of a regular expression they would also end at a lone carriage return,
  // U+2028 and U+2029.
  return text
    .split(/(?<![^\n])(?=diff --git )/)
    .filter((section) => section.startsWith('diff --git '))
    .map(parseSection);
}

function parseSection(section: string): FileDiff {
  const [patch] = parsePatch(section);
  if (!patch) throw new Error('A file of the diff has no header.');
  const [oldName, newName] = pathsOf(patch, section);
  return {
    oldPath: patch.isCreate ? newName : oldName,
    newPath: patch.isDelete ? oldName : newName,
    status: statusOf(patch),
    hunks: patch.hunks.map(toHunk),
  };
}

function statusOf(patch: StructuredPatch): FileDiffStatus {
  if (patch.isBinary) return 'binary';
  if (patch.isCreate) return 'added';
  if (patch.isDelete) return 'deleted';
  if (patch.isRename || patch.isCopy) return 'renamed';
  return patch.hunks.length > 0 ? 'modified' : 'mode-only';
}

function pathsOf(patch: StructuredPatch, section: string): [oldPath: string, newPath: string] {
  const { oldFileName, newFileName } = patch;
  if (oldFileName === undefined || newFileName === undefined) throw new Error('A file of the diff has no name.');
  // The library trims; a name that ends with a space is only right in the raw header, which git ends with a tab then.
  const header = section.slice(0, section.search(/(?<![^\n])@@ /) + 1 || undefined);
  const exact = (line: RegExp, fallback: string) => line.exec(header)?.[1] ?? fallback;
  return [
    withoutPrefix(exact(/(?<![^\n])--- (?!")([^\t\n]*)/, oldFileName), 'a/'),
    withoutPrefix(exact(/(?<![^\n])\+\+\+ (?!")([^\t\n]*)/, newFileName), 'b/'),
  ];
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function toHunk(hunk: StructuredPatchHunk): DiffHunk {
  // The library moves the start of an empty side by one; git and GitLab count from what the header says.
  let oldLine = hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart;
  let newLine = hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart;
  const lines: DiffLine[] = [];
  for (const raw of hunk.lines) {
    const text = raw.slice(1);
    const counters = { old: oldLine, new: newLine };
    if (raw.startsWith('\\')) {
      const previous = lines.at(-1);
      if (previous) previous.noNewlineAtEnd = true;
    } else if (raw.startsWith('+')) {
      lines.push({ kind: 'added', newLine, text, noNewlineAtEnd: false, counters });
      newLine += 1;
    } else if (raw.startsWith('-')) {
      lines.push({ kind: 'removed', oldLine, text, noNewlineAtEnd: false, counters });
      oldLine += 1;
    } else {
      lines.push({ kind: 'context', oldLine, newLine, text, noNewlineAtEnd: false, counters });
      oldLine += 1;
      newLine += 1;
    }
  }
  return { lines };
}
