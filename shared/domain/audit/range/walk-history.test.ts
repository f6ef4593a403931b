import { expect, it } from 'vitest';
import { aChain, aRepository, sha } from '../../../../test/builders/audit.ts';
import { walkHistory } from './walk-history.ts';

const facts = aRepository('c', { commits: aChain('a', 'b', 'c') });

it('walks through a list of commits once, however often it is asked', () => {
  expect(walkHistory({ ...facts, ranges: [...facts.ranges] })).toBe(walkHistory(facts));
});

it('walks anew from another end, and through a list that has grown', () => {
  const commits = [...facts.commits];
  const ended = facts.ranges.map((range) => ({ ...range, to: { ...range.to, sha: sha('a') } }));
  const from = (ranges: typeof ended) => Array.from(walkHistory({ commits, ranges }).reached);
  expect(from(facts.ranges)).toEqual([1, 1, 1]);
  expect(from(ended).filter((one) => one === 1)).toHaveLength(1);
  commits.push(...aChain('d'));
  expect(from(facts.ranges)).toHaveLength(4);
});
