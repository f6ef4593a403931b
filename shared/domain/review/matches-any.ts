import picomatch from 'picomatch';

/** Whether a branch matches one of the globs; lists of paths are read by `createPathMatcher`. */
export function matchesAny(value: string, globs: readonly string[]): boolean {
  return globs.length > 0 && picomatch([...globs], { dot: true })(value);
}
