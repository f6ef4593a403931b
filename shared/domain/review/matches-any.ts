import picomatch from 'picomatch';

/** The compiled lists; an event of every merge request asks the same ones of its binding. */
const compiled = new WeakMap<readonly string[], (value: string) => boolean>();

/** Whether a branch matches one of the globs; lists of paths are read by `createPathMatcher`. */
export function matchesAny(value: string, globs: readonly string[]): boolean {
  if (globs.length === 0) return false;
  const matches = compiled.get(globs) ?? picomatch([...globs], { dot: true });
  compiled.set(globs, matches);
  return matches(value);
}
