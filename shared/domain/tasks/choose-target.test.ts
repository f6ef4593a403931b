import { expect, it } from 'vitest';
import { fillVersion, hasVersion } from '../mapping/version-branch.ts';
import { chooseTarget } from './choose-target.ts';

it.each<{ name: string; versions: string[]; target: object }>([
  { name: 'the only fix version', versions: ['2.4.0'], target: { targetBranch: 'release/2.4.0' } },
  { name: 'that without spaces around it', versions: [' 2.4 '], target: { targetBranch: 'release/2.4' } },
  { name: 'none', versions: [], target: { problem: 'no-version', needs: ['`release/{version}`'] } },
  { name: 'two', versions: ['2.4', '3.0'], target: { problem: 'several-versions', needs: ['`2.4`', '`3.0`'] } },
  {
    name: 'a name with a space',
    versions: ['Spring 26'],
    target: { problem: 'odd-version', needs: ['`release/Spring 26`'] },
  },
  {
    name: 'a way out of its folder',
    versions: ['../main'],
    target: { problem: 'odd-version', needs: ['`release/../main`'] },
  },
  {
    name: 'a name git refuses',
    versions: ['2.4.lock'],
    target: { problem: 'odd-version', needs: ['`release/2.4.lock`'] },
  },
])('an issue goes to the branch of $name', ({ versions, target }) => {
  expect(chooseTarget('release/{version}', versions)).toEqual(target);
});

it('leaves every other branch as it is', () => {
  expect(['main', 'release/{version}'].map(hasVersion)).toEqual([false, true]);
  expect(fillVersion('main', '2.4')).toBe('main');
});
