import path from 'node:path';

/**
 * Where what can be lost is kept: `cmap` in `%LOCALAPPDATA%` on Windows, else in `XDG_CACHE_HOME` or `~/.cache`
 * (https://specifications.freedesktop.org/basedir-spec). `undefined` where no home is known.
 */
export function findCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const { LOCALAPPDATA: local, XDG_CACHE_HOME: configured, HOME: home } = env;
  const candidates = platform === 'win32' ? [local] : [configured, home && join(home, '.cache')];
  const folder = candidates.find((candidate) => candidate && isAbsolute(candidate));
  return folder && join(folder, 'cmap');
}
