import picomatch from 'picomatch';

import { foldPath } from './fold-path.ts';

/**
 * Makes a function that names the first pattern a path or one of its directories matches: the one reading of every list
 * of paths that people write. A pattern is a glob, a folder with all in it (`infra`, `infra/`), or a name in any
 * directory where it holds no `/`; a leading `/` is the top of the repository, and `/` alone is all of it. Dotfiles
 * count, case does not. The patterns are compiled for the first path: most processes hold lists they never ask.
 */
export function createPathMatcher(patterns: readonly string[]): (path: string) => string | undefined {
  let matchers: { pattern: string; matches: (path: string) => boolean }[] | undefined;
  return (path) => {
    matchers ??= patterns.map((pattern) => ({ pattern, matches: createMatcher(pattern) }));
    const candidates = withDirectories(foldPath(path));
    return matchers.find(({ matches }) => candidates.some((candidate) => matches(candidate)))?.pattern;
  };
}

function createMatcher(pattern: string): (path: string) => boolean {
  const folded = foldPath(pattern)
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '');
  // `/` is all of the repository. The map refuses it; a gate that let everything pass for it would be the worse
  // mistake.
  if (folded === '' || folded === '.') return () => true;
  const inAnyDirectory = !folded.includes('/') && !/^\.?\//.test(pattern);
  const matches = picomatch(inAnyDirectory ? `**/${folded}` : folded, { dot: true, nocase: true });
  // Names such as `apps/[id]` are paths too, although they read as patterns.
  return (path) => path === folded || matches(path);
}

/** `a/b/c` -> `a`, `a/b`, `a/b/c` */
function withDirectories(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
