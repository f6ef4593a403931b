import { createProtectedMatcher } from './match-protected.ts';

/** The paths in which people let pass what looks like a credential. */
export interface AllowList {
  allows(path: string): boolean;
  /** Lines that allow nothing, as they stand in the file. */
  unusable: string[];
}

/**
 * Reads the list people keep of such paths: one glob a line, as in `protected_paths`; `#` begins a comment. A line with
 * another meaning elsewhere (`!` takes back in .gitignore) or without any would allow more than its reader believes, so
 * it allows nothing.
 */
export function createAllowList(text: string): AllowList {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const find = createProtectedMatcher(lines.filter((line) => !UNUSABLE.test(line)));
  return { allows: (path) => find(path) !== undefined, unusable: lines.filter((line) => UNUSABLE.test(line)) };
}

/** Begins with `!` that is no pattern, leaves the repository, or names no file. */
const UNUSABLE = /^!(?!\()|(?:^|[/\\])\.\.(?:[/\\]|$)|^[./]*$/;
