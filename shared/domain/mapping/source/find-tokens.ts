import type { SourceProblem } from '../problem.ts';
import type { MappingText } from './list-texts.ts';
import { looksLikeToken } from './looks-like-token.ts';
import { nameField } from './name-field.ts';

const ADVICE =
  'looks like a token (not shown here); put the token into the environment or Key Vault, name it with credential_ref, and revoke this one';

/** Finds values and keys that look like secrets, anywhere in a mapping. */
export function findTokens(texts: readonly MappingText[]): SourceProblem[] {
  // Ten thousand bindings have the same few keys.
  const distinct = new Set(texts.map(({ text }) => text));
  const tokens = new Set([...distinct].filter(looksLikeToken));
  return texts
    .filter(({ text }) => tokens.has(text))
    .map(({ path, isKey }) => ({
      path,
      isAboutKey: isKey,
      message: isKey ? `a key here ${ADVICE}` : `the value of ${nameField(path)} ${ADVICE}`,
    }));
}
