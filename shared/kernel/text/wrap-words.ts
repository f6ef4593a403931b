/** Lines of at most so many characters, broken between words; a word longer than a line stays whole. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    // Of several spaces none is left where a line ends or begins.
    if (word === '' && (last === undefined || lengthOf(last) + 1 > width)) continue;
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 0 ? lines.map((line) => line.trimEnd()) : [''];
}

/**
 * A text with each line that is too long for a terminal gone on in the next one, below what it belongs to: a label with
 * two spaces after it, or the indentation of the line. Words stay whole, so that addresses and ids can be copied.
 */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => (lengthOf(line) <= columns ? [line] : wrapLine(line, columns)))
    .join('\n');
}

/** A label is short; anything longer would leave no room beside it. */
const LABEL = /^ *\S+(?: \S+)? {2,}/;
const LONGEST_LABEL = 24;

function wrapLine(line: string, columns: number): string[] {
  const indent = line.length - line.trimStart().length;
  const label = LABEL.exec(line)?.[0] ?? '';
  const start = label.length > 0 && label.length <= LONGEST_LABEL ? label.length : indent;
  const [first = '', ...others] = wrapWords(line.slice(start), Math.max(1, columns - start));
  return [line.slice(0, start) + first, ...others.map((rest) => ' '.repeat(start) + rest)];
}

/** What a terminal shows of a text with our own bold type and colours in it. */
function lengthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
  return text.replace(/\u001b\[[\d;]*m/g, '').length;
}
