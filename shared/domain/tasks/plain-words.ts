import { proseLines } from '../../kernel/text/prose-lines.ts';
import { type Addressee, unescapeName, withoutAddress } from './addresses.ts';

/**
 * What a comment says where it is one line of prose, in lower case, without the name of the agent before it and a mark
 * at its end; `undefined` for everything longer, and for what is quoted, stands in code or is formatted.
 */
export function readPlainWords(
  body: string,
  addressee: Addressee,
): { words: string; isAddressed: boolean } | undefined {
  // Not the spaces before it, which make code of it.
  const line = body.replace(/^\n+|\s+$/g, '');
  if (line.includes('\n') || proseLines(line).join('\n') !== line) return undefined;
  const whole = unescapeName(line).trim();
  const said = withoutAddress(whole, addressee);
  const words = said
    .replace(/[.!]$/, '')
    .replace(/^👍[\u{1f3fb}-\u{1f3ff}]$/u, '👍')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  return { words, isAddressed: said !== whole };
}
