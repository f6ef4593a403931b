import { cleanText } from '../../kernel/text/clean-text.ts';
import { cutText } from '../../kernel/text/cut-text.ts';

export interface LabelOptions {
  /** Absolute path of a file that holds the whole text, named when it is cut here. */
  wholeTextIn?: string;
}

/**
 * A block that says what it holds and where it ends, for text other people wrote: cleaned, cut after `capCharacters`
 * with a note, and unable to close the block it stands in.
 */
export function labelUntrusted(name: string, text: string, capCharacters: number, options: LabelOptions = {}): string {
  const clean = cleanText(text).trim();
  const shown = clean.length > capCharacters ? cut(clean, capCharacters, options) : clean;
  return `<untrusted name="${name}">\n${shown.replace(/<(\s*(?:\/\s*)?untrusted)/giu, '&lt;$1')}\n</untrusted>`;
}

/** Whether `labelUntrusted` would cut this text. */
export function isLongerThan(text: string, capCharacters: number): boolean {
  return text.length > capCharacters && cleanText(text).trim().length > capCharacters;
}

function cut(text: string, capCharacters: number, { wholeTextIn }: LabelOptions): string {
  const where = wholeTextIn ? `; the whole text is in ${wholeTextIn}` : '';
  const shown = cutText(text, capCharacters);
  return `${shown}\n[cut here: ${shown.length} of ${text.length} characters are shown${where}]`;
}
