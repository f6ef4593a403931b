import picomatch from 'picomatch';

/** Whether a path or branch matches one of the globs; dotfiles count. */
export function matchesAny(value: string, globs: readonly string[]): boolean {
  return globs.length > 0 && picomatch([...globs], { dot: true })(value);
}
