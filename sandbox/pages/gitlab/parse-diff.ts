export interface DiffLine {
  kind: 'hunk' | 'add' | 'del' | 'same' | 'remark';
  /** Line numbers of either side; absent where the line is not on it. */
  oldLine?: number;
  newLine?: number;
  text: string;
}

/** The lines of a file's unified diff, with their numbers. What stands before the first hunk is left out. */
export function parseDiff(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let oldLine = 0;
  let newLine = 0;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const [, oldStart, newStart] = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line) ?? [];
    const text = line.slice(1);
    if (oldStart !== undefined) {
      [oldLine, newLine] = [Number(oldStart), Number(newStart)];
      lines.push({ kind: 'hunk', text: line });
    } else if (lines.length === 0) {
      // Names of the file, or nothing at all.
    } else if (line.startsWith('+')) lines.push({ kind: 'add', newLine: newLine++, text });
    else if (line.startsWith('-')) lines.push({ kind: 'del', oldLine: oldLine++, text });
    else if (line.startsWith('\\')) lines.push({ kind: 'remark', text: line });
    else lines.push({ kind: 'same', oldLine: oldLine++, newLine: newLine++, text });
  }
  return lines;
}
