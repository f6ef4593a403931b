import { createPathMatcher } from '../../shared/domain/paths/create-path-matcher.ts';

/** The paths in which people let pass what looks like a credential. */
export interface AllowList {
  allows(path: string): boolean;
  /** Lines that allow nothing, as they stand in the file. */
  unusable: string[];
}

/**
 * Reads the list people keep of such paths: one glob a line, as in `protected_paths`; `#` begins a comment, behind a
 * glob after a space. A line with another meaning elsewhere (`!` takes back in .gitignore) or without any would allow
 * more than its reader believes, so it allows nothing.
 */
export function createAllowList(text: string): AllowList {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const find = createPathMatcher(lines.filter((line) => !UNUSABLE.test(line)));
  return { allows: (path) => find(path) !== undefined, unusable: lines.filter((line) => UNUSABLE.test(line)) };
}

/** Begins with `!` that is no pattern or like an item of a list, ends in a line number, leaves the tree or is empty. */
const UNUSABLE = /^!(?!\()|^- |:\d+$|(?:^|[/\\])\.\.(?:[/\\]|$)|^[./]*$/;
