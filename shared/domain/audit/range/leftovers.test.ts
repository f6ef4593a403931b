import { expect, it } from 'vitest';
import { aCommit, aRepository, askedInVain, sha } from '../../../../test/builders/audit.ts';
import { leftovers } from './leftovers.ts';

it('asks for leftovers until none is left, at most as many as allowed', () => {
  const repository = aRepository('b', {
    commits: [aCommit('a', { parents: ['before'] }), aCommit('b', { parents: ['a'] })],
  });
  expect(leftovers(repository).toSorted()).toEqual([sha('a'), sha('b')].sort());
  expect(leftovers(repository, 1)).toEqual([sha('b')]);
  expect(leftovers({ ...repository, askedCommits: askedInVain('a', 'b') })).toEqual([]);
});
