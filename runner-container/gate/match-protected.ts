import picomatch from 'picomatch';

import { foldPath } from './fold-path.ts';

/**
 * Makes a function that names the first pattern a path or one of its directories matches. `/` is the repository
 * itself.
 */
export function createProtectedMatcher(patterns: readonly string[]): (path: string) => string | undefined {
  const matchers = patterns.map((pattern) => ({ pattern, matches: createMatcher(pattern) }));
  return (path) => {
    const candidates = withDirectories(foldPath(path));
    return matchers.find(({ matches }) => candidates.some((candidate) => matches(candidate)))?.pattern;
  };
}

function createMatcher(pattern: string): (path: string) => boolean {
  const folded = foldPath(pattern)
    .replace(/^\.?\//, '')
    .replace(/\/+$/, '');
  // `/` is all of the repository. The map refuses it; a gate that let everything pass for it would be the worse mistake.
  if (folded === '' || folded === '.') return () => true;
  const inAnyDirectory = !folded.includes('/') && !/^\.?\//.test(pattern);
  return picomatch(inAnyDirectory ? `**/${folded}` : folded, { dot: true, nocase: true });
}

/** `a/b/c` -> `a`, `a/b`, `a/b/c` */
function withDirectories(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
