import { expect, it } from 'vitest';
import { startedAs } from './started-as.ts';

const NPX = { npm_lifecycle_event: 'npx', npm_package_name: 'cmap' };

it.each([
  { how: 'by its own name', env: {}, name: 'cmap' },
  { how: 'by npx in its folder', env: { ...NPX, npm_lifecycle_script: 'cmap' }, name: 'npx cmap' },
  { how: 'by npx with arguments', env: { ...NPX, npm_lifecycle_script: '"cmap" run ls' }, name: 'npx cmap' },
  { how: 'by a program that npx runs', env: { ...NPX, npm_lifecycle_script: 'vitest' }, name: 'cmap' },
  {
    how: 'by npx in another folder',
    env: { ...NPX, npm_package_name: 'app', npm_lifecycle_script: 'cmap' },
    name: 'cmap',
  },
  { how: 'by a script of npm', env: { npm_lifecycle_event: 'test', npm_package_name: 'cmap' }, name: 'cmap' },
])('is $name, started $how', ({ env, name }) => {
  expect(startedAs(env)).toBe(name);
});
