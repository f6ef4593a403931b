import { sameName } from '../../kernel/text/same-name.ts';
import type { TypeWords } from './binding.ts';

/** Stands in names and titles for the word of the issue type. */
export const TYPE = '{type}';

/** The word for an issue of this type, by its name in any case; empty where the binding has none. */
export function wordOfType(words: TypeWords | undefined, type: string | undefined): string {
  const listed = words?.listed.find((one) => type !== undefined && sameName(one.type, type));
  return listed?.word ?? words?.other ?? '';
}

/** All words of a binding, each once. */
export function listWords(words: TypeWords | undefined): string[] {
  return words ? [...new Set([...words.listed.map(({ word }) => word), words.other])] : [];
}
