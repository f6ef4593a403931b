import { expect, it } from 'vitest';

import { aChangeList, aChangePolicy } from '../../test/builders/changes.ts';
import type { Change } from '../git/change.ts';
import { checkAmount } from './check-amount.ts';

const many = (count: number, change: Partial<Change>) =>
  Array.from({ length: count }, (_, index) => ({ path: `f${index}`, ...change }));
const deleted = (count: number) => many(count, { kind: 'deleted', entry: 'none', sizeBytes: 0 });
const aRepositoryOf = (count: number) => ({ pathsBefore: Array.from({ length: count }, (_, index) => `f${index}`) });
const added = (count: number) =>
  many(count, { kind: 'added' }).map((change) => ({ ...change, path: `new/${change.path}` }));

it.each([
  { name: '300 files', list: aChangeList(many(300, {})) },
  { name: '301 files', list: aChangeList(many(301, {})), rule: 'too-many-files' },
  {
    name: 'what cannot be listed',
    list: aChangeList([], { truncated: true, problem: 'path-too-long' }),
    rule: 'too-many-files',
  },
  { name: 'a list without end', list: aChangeList([], { truncated: true }), rule: 'too-many-files' },
  { name: '10 MB', list: aChangeList(many(10, { kind: 'added', sizeBytes: 2 ** 20 })) },
  {
    name: '10 MB and a byte',
    list: aChangeList([...many(10, { kind: 'added', sizeBytes: 2 ** 20 }), { kind: 'added', sizeBytes: 1 }]),
    rule: 'change-too-large',
  },
  { name: '11 MB of new text', list: aChangeList(many(11, { addedBytes: 2 ** 20 })), rule: 'change-too-large' },
  { name: 'a line in each of 11 large files', list: aChangeList(many(11, { sizeBytes: 2 ** 20, addedBytes: 9 })) },
  { name: 'nothing in an empty repository', list: aChangeList([], aRepositoryOf(0)) },
  { name: 'everything deleted', list: aChangeList(deleted(3), aRepositoryOf(3)), rule: 'too-many-deletions' },
  { name: 'everything replaced by one file', list: aChangeList([...deleted(3), ...added(1)], aRepositoryOf(3)) },
  { name: 'most of a few files deleted', list: aChangeList(deleted(10), aRepositoryOf(12)) },
  { name: 'most of 12 files deleted', list: aChangeList(deleted(11), aRepositoryOf(12)), rule: 'too-many-deletions' },
  { name: 'half of many files deleted', list: aChangeList(deleted(50), aRepositoryOf(100)) },
  {
    name: 'more than half of many files deleted',
    list: aChangeList(deleted(51), aRepositoryOf(100)),
    rule: 'too-many-deletions',
  },
  { name: 'everything moved', list: aChangeList([...deleted(50), ...added(50)], aRepositoryOf(50)) },
])('$name: $rule', ({ list, rule }) => {
  expect(checkAmount(list, aChangePolicy()).map((violation) => violation.rule)).toEqual(rule ? [rule] : []);
});

it('says how much is too much', () => {
  const lists = [
    aChangeList(many(301, {})),
    aChangeList([], { truncated: true }),
    aChangeList([], { truncated: true, problem: 'path-too-long' }),
    aChangeList([{ addedBytes: 2 ** 24 }]),
    aChangeList(deleted(3), aRepositoryOf(3)),
  ];
  const messages = lists.flatMap((list) => checkAmount(list, aChangePolicy()).map(({ message }) => message));
  expect(messages).toEqual([
    '301 files are changed; at most 300 are allowed.',
    'More files than could be listed are changed; at most 300 are allowed.',
    'The change cannot be listed, because it has paths that are longer than the system opens.',
    'More than 10 MB is new in all files together.',
    'The change would remove most of the repository (3 files before).',
  ]);
});
