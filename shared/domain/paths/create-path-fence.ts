import picomatch from 'picomatch';

/**
 * Makes a function that says whether a path lies in a part of a repository, which `patterns` are the globs of; with
 * none all of it does. They are read as those of `createPathMatcher` with one difference: letters have to be the same
 * ones. Who allows something must not let a path pass for another one that only looks like it.
 */
export function createPathFence(patterns: readonly string[] | undefined): (path: string) => boolean {
  if (!patterns || patterns.length === 0) return () => true;
  const matchers = patterns.map(createMatcher);
  return (path) => {
    const parts = path.split('/');
    // `a/../b` lies where no glob can tell.
    if (parts.some((part) => part === '' || part === '.' || part === '..')) return false;
    const candidates = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return matchers.some((matches) => candidates.some((candidate) => matches(candidate)));
  };
}

function createMatcher(pattern: string): (path: string) => boolean {
  const plain = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (plain === '' || plain === '.') return () => false;
  const inAnyDirectory = !plain.includes('/') && !/^\.?\//.test(pattern);
  const matches = picomatch(inAnyDirectory ? `**/${plain}` : plain, { dot: true });
  // Names such as `apps/[id]` are paths too, although they read as patterns.
  return (path) => path === plain || matches(path);
}
