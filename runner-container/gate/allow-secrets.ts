import { createProtectedMatcher } from './match-protected.ts';

/**
 * Reads the list of paths in which people let pass what looks like a credential: one glob a line, as in
 * `protected_paths`; `#` begins a comment.
 */
export function createAllowList(text: string): (path: string) => boolean {
  const patterns = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const find = createProtectedMatcher(patterns);
  return (path) => find(path) !== undefined;
}
