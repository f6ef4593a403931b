import path from 'node:path';

/**
 * Where a person's environments stand: `cmap/environments.json` in `%APPDATA%` on Windows, else in `XDG_CONFIG_HOME` or
 * `~/.config` (https://specifications.freedesktop.org/basedir-spec). `undefined` where no home is known.
 */
export function findEnvironmentsFile(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const { APPDATA: appData, XDG_CONFIG_HOME: configured, HOME: home } = env;
  const candidates = platform === 'win32' ? [appData] : [configured, home && join(home, '.config')];
  // The specification has relative ones ignored.
  const folder = candidates.find((candidate) => candidate && isAbsolute(candidate));
  return folder && join(folder, 'cmap', 'environments.json');
}
