import { fitText } from '../../../kernel/text/fit-text.ts';
import { HIDDEN, looksLikeToken } from './looks-like-token.ts';

const LONGEST_SHOWN = 60;

/** A value from a mapping as it may stand in a sentence: quoted, short, one line, and never a secret. */
export function showValue(value: unknown): string {
  if (typeof value !== 'string') return showKind(value);
  if (looksLikeToken(value)) return HIDDEN;
  return JSON.stringify(fitText(value, LONGEST_SHOWN));
}

/** What sort of value this is, in the words of a person who writes YAML. */
export function showKind(value: unknown): string {
  if (value == null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return `the truth value ${value}`;
    case 'number':
      return `the number ${value}`;
    default:
      return 'a block';
  }
}
