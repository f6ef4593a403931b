import type { YAMLError } from 'yaml';

import { hideTokens } from './looks-like-token.ts';

/** Whether nothing sensible can be said about the rest of the file. A doubled key or an odd tag leaves the rest readable. */
export function isAboutStructure({ code }: YAMLError): boolean {
  return code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED';
}

/** One sentence about YAML that cannot be read, without any secret the parser may quote. */
export function describeSyntaxError(error: YAMLError): string {
  const own = SENTENCES[error.code];
  return own ?? `this is not valid YAML: ${hideTokens(error.message.split('\n', 1)[0] ?? '')}`;
}

const SENTENCES: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'this key is written twice in the same block; keep one of them',
  TAB_AS_INDENT: 'this line is indented with a tab; YAML wants spaces',
  MULTIPLE_DOCS: 'the file holds several documents; keep one, without a line ---',
  TAG_RESOLVE_FAILED: 'tags such as !name are not used here; write the plain value',
  BAD_INDENT: 'this line is indented differently from its neighbours',
};
