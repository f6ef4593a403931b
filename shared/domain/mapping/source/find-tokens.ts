import type { SourceProblem } from '../problem.ts';
import { looksLikeToken } from './looks-like-token.ts';
import { nameField } from './name-field.ts';

const ADVICE =
  'looks like a token (not shown here); put the token into the environment or Key Vault, name it with credential_ref, and revoke this one';

/** Finds values and keys that look like secrets, anywhere in a parsed mapping. */
export function findTokens(source: unknown): SourceProblem[] {
  const problems: SourceProblem[] = [];
  const path: (string | number)[] = [];

  visit(source);
  return problems;

  function visit(value: unknown): void {
    if (typeof value === 'string') {
      if (looksLikeToken(value))
        problems.push({ path: [...path], isAboutKey: false, message: `the value of ${nameField(path)} ${ADVICE}` });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      path.push(key);
      if (typeof key === 'string' && looksLikeToken(key)) {
        problems.push({ path: [...path], isAboutKey: true, message: `a key here ${ADVICE}` });
      }
      visit(child);
      path.pop();
    }
  }
}
