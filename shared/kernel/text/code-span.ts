import { oneLine } from './one-line.ts';

/** A value from outside as a code span that nothing in it can leave; one line, never a mention or a command. */
export function codeSpan(value: string): string {
  const line = oneLine(value);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${space}${line.replaceAll('<!--', '<\u200B!--')}${space}${ticks}`;
}
