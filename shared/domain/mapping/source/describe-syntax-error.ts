import type { YAMLError } from 'yaml';

import { findInvisible } from '../../../kernel/text/odd-character.ts';
import { TOO_DEEP } from './list-texts.ts';
import { hideTokens } from './looks-like-token.ts';

/**
 * Whether nothing sensible can be said about the rest of the file. A doubled key or an odd tag leaves the rest
 * readable.
 */
export function isAboutStructure({ code }: YAMLError): boolean {
  return code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
}

/**
 * The errors to tell: a file that is indented with tabs has one on each line and others that follow from them, so the
 * first one stands for all. `more` counts the lines it stands for besides.
 */
export function withoutConsequences(errors: readonly YAMLError[]): { told: readonly YAMLError[]; more: number } {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  return tabs.length > 0 ? { told: tabs.slice(0, 1), more: tabs.length - 1 } : { told: errors, more: 0 };
}

/** One sentence about a line of YAML that cannot be read, without any secret the parser may quote. */
export function describeSyntaxError(error: YAMLError, line: string): string {
  const odd = findInvisible(line);
  if (odd) return `this line has ${odd.description}, as character ${odd.index + 1}; type it again`;
  const own = SENTENCES[error.code];
  return own ?? `this is not valid YAML: ${hideTokens(error.message.split('\n', 1).join())}`;
}

const SENTENCES: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'this key is written twice in the same block; keep one of them',
  TAB_AS_INDENT: 'this line is indented with a tab; YAML wants spaces',
  MULTIPLE_DOCS: 'the file holds several documents; keep one, without a line ---',
  TAG_RESOLVE_FAILED: 'tags such as !name are not used here; write the plain value',
  BAD_INDENT: 'this line is indented differently from its neighbours, or a bracket before it is not closed',
  MULTILINE_IMPLICIT_KEY: 'a key here has no value; write a space after the colon, as in repo: group/app',
  BLOCK_AS_IMPLICIT_KEY: 'a value with a colon and a space in it needs quotes around it',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes around it',
  RESOURCE_EXHAUSTION: TOO_DEEP,
};
