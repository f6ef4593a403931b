import { expect, it } from 'vitest';
import { findFolderRings } from './find-folder-rings.ts';

it.each([
  {
    name: 'two folders beside each other',
    arrows: ['a/one.ts b/two.ts', 'b/other.ts a/else.ts'],
    rings: [['a', 'b']],
  },
  {
    name: 'a folder and one below it',
    arrows: ['a/one.ts a/b/two.ts', 'a/b/two.ts a/deps.ts'],
    rings: [['a', 'a/b']],
  },
  {
    name: 'folders whose files stand deeper, each in another one',
    arrows: ['a/x/one.ts b/y/two.ts', 'b/z/three.ts a/w/four.ts'],
    rings: [['a', 'b']],
  },
  {
    name: 'three in a row',
    arrows: ['d/a/1.ts d/b/2.ts', 'd/b/3.ts d/c/4.ts', 'd/c/5.ts d/a/6.ts'],
    rings: [['d/a', 'd/b', 'd/c']],
  },
  {
    name: 'two rings that share a folder',
    arrows: ['a/1.ts b/1.ts', 'b/1.ts a/1.ts', 'b/1.ts c/1.ts', 'c/1.ts b/1.ts'],
    rings: [
      ['a', 'b'],
      ['b', 'c'],
    ],
  },
  { name: 'one way only', arrows: ['a/1.ts b/1.ts', 'a/b/1.ts a/1.ts', 'b/1.ts c/d/1.ts'], rings: [] },
  { name: 'files of one folder', arrows: ['a/1.ts a/2.ts', 'a/2.ts a/1.ts'], rings: [] },
])('finds the rings of $name', ({ arrows, rings }) => {
  const imports = arrows.map((arrow) => {
    const [from = '', to = ''] = arrow.split(' ');
    return { from, to };
  });
  expect(findFolderRings(imports).map(({ folders }) => folders)).toEqual(rings);
});

it('names the import of each step', () => {
  const up = { from: 'a/b/two.ts', to: 'a/deps.ts' };
  const down = { from: 'a/one.ts', to: 'a/b/two.ts' };
  expect(findFolderRings([up, down])).toEqual([{ folders: ['a', 'a/b'], imports: [down, up] }]);
});
