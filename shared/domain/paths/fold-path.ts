// Characters that HFS+ ignores in names, so that `.g\u200cit` is `.git` there.
const IGNORABLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Almost no path has one, and Unicode takes ten times as long as the letters of ASCII, in which it changes nothing. */
const BEYOND_ASCII = /[^\0-\x7f]/;

/** What a path looks like to the most forgiving file system: two paths that fold to the same are one file somewhere. */
export function foldPath(path: string): string {
  if (!BEYOND_ASCII.test(path)) return path.toLowerCase();
  return path.normalize('NFKC').replace(IGNORABLE, '').toUpperCase().toLowerCase().normalize('NFKC');
}

/** Whether any part of a path is `.git` on some file system: other case, `git~1`, trailing dots, spaces or streams. */
export function namesGitDirectory(path: string): boolean {
  return foldPath(path)
    .split(/[/\\]/)
    .some((part) => /^(?:\.git|git~1)(?:[. ]*|:.*)$/.test(part));
}
