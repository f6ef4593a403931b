export interface TextPart {
  text: string;
  isCode: boolean;
}

/**
 * Splits the lines of one block (no blank line, no fence) into text and code spans. A span counts only where every
 * reader agrees on it, however it splits the text into blocks: it begins and ends on its line, every line before it
 * closes the spans it opens, and neither a table's `|` nor math's `$` could come between (CommonMark 0.31, 6.1;
 * docs.gitlab.com/user/markdown). Everything else is text.
 */
export function splitCodeSpans(lines: readonly string[]): TextPart[][] {
  let isSure = true;
  return lines.map((line) => {
    const { parts, isClosed } = splitLine(line);
    const text = parts.filter(({ isCode }) => !isCode).map((part) => part.text);
    const isPlain = !text.some((part) => part.includes('$'));
    const hasCell = parts.some((part) => part.isCode && part.text.includes('|'));
    const counts = isSure && isPlain && !hasCell;
    isSure &&= isPlain && isClosed;
    return counts ? parts : [{ text: line, isCode: false }];
  });
}

/** `isClosed`: every run of backticks outside of a span is escaped. */
function splitLine(line: string): { parts: TextPart[]; isClosed: boolean } {
  const parts: TextPart[] = [];
  let isClosed = true;
  let start = 0;
  let index = 0;
  while (index < line.length) {
    if (line[index] === '\\') {
      index += 2;
      continue;
    }
    const run = /^`+/.exec(line.slice(index))?.[0];
    if (run === undefined) {
      index += 1;
      continue;
    }
    const end = findClosing(line, index + run.length, run.length);
    if (end === undefined) {
      isClosed = false;
      index += run.length;
      continue;
    }
    parts.push({ text: line.slice(start, index), isCode: false }, { text: line.slice(index, end), isCode: true });
    start = end;
    index = end;
  }
  parts.push({ text: line.slice(start), isCode: false });
  return { parts: parts.filter(({ text }) => text !== ''), isClosed };
}

/** The end of the next run of exactly `length` backticks. */
function findClosing(line: string, from: number, length: number): number | undefined {
  for (const match of line.slice(from).matchAll(/`+/g)) {
    if (match[0].length === length) return from + match.index + length;
  }
  return undefined;
}
