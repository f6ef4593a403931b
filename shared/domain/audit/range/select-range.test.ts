import { describe, expect, it } from 'vitest';
import { aCommit, aRepository, askedInVain, sha } from '../../../../test/builders/audit.ts';
import { leftovers } from './leftovers.ts';
import { selectRange } from './select-range.ts';

const history = [
  aCommit('root'),
  aCommit('a', { parents: ['root'] }),
  aCommit('side', { parents: ['root'], committedAt: '2020-01-01T00:00:00Z' }),
  aCommit('b', { parents: ['a'] }),
  aCommit('M', { parents: ['b', 'side'] }),
  aCommit('later', { parents: ['M'] }),
];
const nameOf = new Map(['root', 'a', 'side', 'b', 'M', 'later', 'gone'].map((name) => [sha(name), name]));
const names = (shas: string[]) => shas.map((one) => nameOf.get(one)).sort();
const select = (commits: typeof history, from: string, to: string) => {
  const {
    commits: selected,
    missing,
    unknownEnds,
  } = selectRange({ commits, from: from === 'root!' ? 'root' : sha(from), to: sha(to) });
  return {
    selected: names(selected.map((commit) => commit.sha)),
    missing: names(missing),
    unknownEnds: names(unknownEnds),
  };
};
const WHOLE = { missing: [], unknownEnds: [] };

describe('selectRange', () => {
  it.each([
    {
      name: 'takes what the end reaches and the start does not, an old commit of a late merge included',
      from: 'a',
      to: 'M',
      selected: ['M', 'b', 'side'],
    },
    { name: 'takes everything from the root', from: 'root!', to: 'M', selected: ['M', 'a', 'b', 'root', 'side'] },
    { name: 'is empty from a commit to itself', from: 'M', to: 'M', selected: [] },
    { name: 'is empty when the end is older than the start', from: 'M', to: 'a', selected: [] },
  ])('$name', ({ from, to, selected }) => {
    expect(select(history, from, to)).toEqual({ selected, ...WHOLE });
  });

  it('says which parents a shallow clone lacks, also behind the start', () => {
    const shallow = history.filter((commit) => commit.sha !== sha('root'));
    expect(select(shallow, 'a', 'M')).toMatchObject({ missing: ['root'] });
    expect(select(history.slice(2), 'b', 'M')).toMatchObject({ missing: ['a', 'root'] });
  });

  it('says which ends it does not have', () => {
    expect(select(history, 'a', 'gone')).toMatchObject({ selected: [], unknownEnds: ['gone'] });
  });
});

describe('leftovers', () => {
  it('are asked for until none is left, at most as many as allowed', () => {
    const repository = aRepository('b', {
      commits: [aCommit('a', { parents: ['before'] }), aCommit('b', { parents: ['a'] })],
    });
    expect(names(leftovers(repository))).toEqual(['a', 'b']);
    expect(names(leftovers(repository, 1))).toEqual(['b']);
    expect(leftovers({ ...repository, askedCommits: askedInVain('a', 'b') })).toEqual([]);
  });
});
