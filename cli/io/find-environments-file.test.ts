import { expect, it } from 'vitest';
import { findEnvironmentsFile } from './find-environments-file.ts';

it.each([
  { platform: 'linux', env: { HOME: '/home/ada' }, file: '/home/ada/.config/cmap/environments.json' },
  { platform: 'darwin', env: { HOME: '/Users/ada', APPDATA: '/x' }, file: '/Users/ada/.config/cmap/environments.json' },
  { platform: 'linux', env: { HOME: '/home/ada', XDG_CONFIG_HOME: '/cfg' }, file: '/cfg/cmap/environments.json' },
  {
    platform: 'linux',
    env: { HOME: '/home/ada', XDG_CONFIG_HOME: 'cfg' },
    file: '/home/ada/.config/cmap/environments.json',
  },
  {
    platform: 'win32',
    env: { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming', HOME: '/home/ada' },
    file: 'C:\\Users\\ada\\AppData\\Roaming\\cmap\\environments.json',
  },
  { platform: 'linux', env: {}, file: undefined },
] as const)('is $file on $platform with $env', ({ platform, env, file }) => {
  expect(findEnvironmentsFile(env, platform)).toBe(file);
});
