import { expect, it } from 'vitest';
import { findCacheFolder } from './find-cache-folder.ts';

it.each([
  { platform: 'linux', env: { HOME: '/home/ada' }, folder: '/home/ada/.cache/cmap' },
  { platform: 'linux', env: { HOME: '/home/ada', XDG_CACHE_HOME: '/cache' }, folder: '/cache/cmap' },
  { platform: 'linux', env: { HOME: '/home/ada', XDG_CACHE_HOME: 'cache' }, folder: '/home/ada/.cache/cmap' },
  {
    platform: 'win32',
    env: { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local', HOME: '/home/ada' },
    folder: 'C:\\Users\\ada\\AppData\\Local\\cmap',
  },
  { platform: 'linux', env: {}, folder: undefined },
] as const)('is $folder on $platform with $env', ({ platform, env, folder }) => {
  expect(findCacheFolder(env, platform)).toBe(folder);
});
