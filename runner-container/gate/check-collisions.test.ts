import { expect, it } from 'vitest';

import { aChangeList } from '../../test/builders/changes.ts';
import type { Change } from '../git/change.ts';
import { checkCollisions } from './check-collisions.ts';

interface Case {
  name: string;
  changes: Partial<Change>[];
  before?: string[];
  collides?: string[];
}

it.each<Case>([
  { name: 'other case', changes: [{ path: 'SRC/c.ts', kind: 'added' }], collides: ['SRC/c.ts'] },
  {
    name: 'another Unicode form',
    changes: [{ path: 'src/cafe\u0301.ts', kind: 'added' }],
    before: ['src/caf\u00e9.ts'],
    collides: ['src/cafe\u0301.ts'],
  },
  { name: 'another final sigma', changes: [{ path: 'οδοσ', kind: 'added' }], before: ['ΟΔΟΣ'], collides: ['οδοσ'] },
  { name: 'a sharp s', changes: [{ path: 'STRASSE', kind: 'added' }], before: ['straße'], collides: ['STRASSE'] },
  { name: 'a new name', changes: [{ path: 'src/d.ts', kind: 'added' }] },
  { name: 'a name that only begins alike', changes: [{ path: 'Source.ts', kind: 'added' }] },
  {
    name: 'two new files',
    changes: [
      { path: 'x', kind: 'added' },
      { path: 'X', kind: 'added' },
    ],
    collides: ['X'],
  },
  { name: 'a corrected case', changes: [{ path: 'Readme.md', oldPath: 'README.md', kind: 'renamed' }] },
  {
    name: 'a corrected case, found as two changes',
    changes: [
      { path: 'README.md', kind: 'deleted', entry: 'none' },
      { path: 'Readme.md', kind: 'added' },
    ],
  },
  {
    name: 'a twin of what was moved here',
    changes: [{ path: 'src/A.ts', oldPath: 'src/b.ts', kind: 'renamed' }],
    collides: ['src/A.ts'],
  },
  {
    name: 'a twin of a file that was changed as well',
    changes: [{ path: 'src/a.ts' }, { path: 'src/A.ts', kind: 'added' }],
    collides: ['src/A.ts'],
  },
  { name: 'twins of before and another file', changes: [{ path: 'b', kind: 'added' }], before: ['a', 'A'] },
  {
    name: 'a file in one of two spellings of a directory',
    changes: [
      { path: 'docs/c.md', kind: 'added' },
      { path: 'Docs/d.md', kind: 'added' },
    ],
    before: ['Docs/a.md', 'docs/b.md'],
  },
  {
    name: 'files in a third spelling of it',
    changes: [
      { path: 'DOCS/c.md', kind: 'added' },
      { path: 'DOCS/d.md', kind: 'added' },
    ],
    before: ['Docs/a.md', 'docs/b.md'],
    collides: ['DOCS/c.md', 'DOCS/d.md'],
  },
  {
    name: 'the same file in the other of two directories',
    changes: [{ path: 'docs/A.md', kind: 'added' }],
    before: ['Docs/a.md', 'docs/b.md'],
    collides: ['docs/A.md'],
  },
  { name: 'a change of twins of before', changes: [{ path: 'A' }], before: ['a', 'A'] },
])('$name: blames $collides', ({ changes, before, collides = [] }) => {
  const list = aChangeList(changes, before && { pathsBefore: before });
  expect(checkCollisions(list).map(({ path }) => path)).toEqual(collides);
});

it('names the other spelling', () => {
  expect(checkCollisions(aChangeList([{ path: 'readme.md', kind: 'added' }]))).toEqual([
    {
      rule: 'path-collision',
      path: 'readme.md',
      message: 'Is the same name as "README.md" where upper and lower case do not count.',
    },
  ]);
});
