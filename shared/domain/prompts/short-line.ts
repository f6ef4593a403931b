import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';

/** A value of others as it may stand in a sentence of ours: one line of at most 300 characters. */
export function shortLine(text: string): string {
  return fitText(oneLine(cleanText(text)), 300);
}
