import picomatch from 'picomatch';

/** Whether a branch matches one of the globs; lists of paths are read by `createPathMatcher`. */
export function matchesAny(value: string, globs: readonly string[]): boolean {
  return picomatch([...globs], { dot: true })(value);
}
