import { describe, expect, it } from 'vitest';
import {
  aChain,
  aCommit,
  aMergeRequest,
  aRange,
  aRepository,
  askedInVain,
  sha,
} from '../../../../test/builders/audit.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { attributeCommits } from './attribute-commits.ts';

const NAMES = 'abcdefghijklmnopqrstuvwxyzMSRXY'.split('');
const nameOf = new Map(NAMES.map((name) => [sha(name), name]));
const names = (shas: readonly string[]) =>
  shas
    .map((one) => nameOf.get(one) ?? one)
    .sort()
    .join('');

/** `{ '!1': 'ab', direct: 'c' }`: which commits went where. */
function attributed(repository: RepositoryFacts): Record<string, string> {
  const { mergeRequests, direct, unattributed } = attributeCommits(repository);
  return Object.fromEntries(
    [
      ...mergeRequests.map((one) => [`!${one.facts.iid}`, names(one.commits)]),
      ['direct', names(direct)],
      ['unattributed', names(unattributed)],
    ].filter(([, found]) => found !== ''),
  );
}

describe('attributeCommits', () => {
  const cases: { name: string; to: string; facts: Partial<RepositoryFacts>; expected: Record<string, string> }[] = [
    {
      name: 'gives a merge commit and everything behind its second parent to the merge request',
      to: 'M',
      facts: {
        commits: [
          ...aChain('a'),
          aCommit('b', { parents: ['before'] }),
          aCommit('c', { parents: ['b'] }),
          aCommit('M', { parents: ['a', 'c'] }),
        ],
        mergeRequests: [aMergeRequest(1, { mergeCommitSha: sha('M'), sha: sha('c') })],
        askedCommits: askedInVain('a'),
      },
      expected: { '!1': 'Mbc', direct: 'a' },
    },
    {
      name: 'finds the squash commit of a merge behind it, also where an old GitLab left squash_commit_sha empty',
      to: 'M',
      facts: {
        commits: [aCommit('S', { parents: ['before'] }), aCommit('M', { parents: ['before', 'S'] })],
        mergeRequests: [aMergeRequest(1, { mergeCommitSha: sha('M'), sha: sha('gone') })],
      },
      expected: { '!1': 'MS' },
    },
    {
      name: 'finds a squash that was fast-forwarded by its squash commit alone',
      to: 'b',
      facts: {
        commits: aChain('a', 'b'),
        mergeRequests: [
          aMergeRequest(1, { squashCommitSha: sha('a'), sha: sha('gone'), commitCount: 5 }),
          aMergeRequest(2, { squashCommitSha: sha('b'), sha: sha('gone too') }),
        ],
      },
      expected: { '!1': 'a', '!2': 'b' },
    },
    {
      name: 'walks back from the head of a fast-forward until its count is used up',
      to: 'c',
      facts: {
        commits: aChain('a', 'b', 'c'),
        mergeRequests: [aMergeRequest(1, { sha: sha('c'), commitCount: 2 })],
        askedCommits: askedInVain('a'),
      },
      expected: { '!1': 'bc', direct: 'a' },
    },
    {
      name: 'stops the walk of a fast-forward at a commit of another merge request, in any order of the list',
      to: 'd',
      facts: {
        commits: aChain('a', 'b', 'c', 'd'),
        mergeRequests: [
          aMergeRequest(2, { sha: sha('d'), commitCount: 9 }),
          aMergeRequest(1, { sha: sha('b'), commitCount: 2 }),
        ],
      },
      expected: { '!1': 'ab', '!2': 'cd' },
    },
    {
      name: 'claims only the head of a fast-forward whose count is not known, so that no direct push hides below it',
      to: 'c',
      facts: { commits: aChain('a', 'b', 'c'), mergeRequests: [aMergeRequest(1, { sha: sha('c') })] },
      expected: { '!1': 'c', unattributed: 'ab' },
    },
    {
      name: 'counts what a merge inside a fast-forwarded branch brought against its commit count',
      to: 'd',
      facts: {
        commits: [
          ...aChain('a', 'b'),
          aCommit('x', { parents: ['before'] }),
          aCommit('M', { parents: ['b', 'x'] }),
          aCommit('d', { parents: ['M'] }),
        ],
        mergeRequests: [aMergeRequest(1, { sha: sha('d'), commitCount: 4 })],
        askedCommits: askedInVain('a'),
      },
      expected: { '!1': 'Mbdx', direct: 'a' },
    },
    {
      name: 'lets the innermost merge request win when a release branch is merged into main',
      to: 'R',
      facts: {
        commits: [
          aCommit('a', { parents: ['before'] }),
          aCommit('b', { parents: ['before'] }),
          aCommit('M', { parents: ['b', 'c'] }),
          aCommit('c', { parents: ['before'] }),
          aCommit('d', { parents: ['M'] }),
          aCommit('S', { parents: ['d'] }),
          aCommit('R', { parents: ['a', 'S'] }),
        ],
        mergeRequests: [
          aMergeRequest(9, { mergeCommitSha: sha('R'), sha: sha('S') }),
          aMergeRequest(1, { mergeCommitSha: sha('M'), sha: sha('c'), targetBranch: 'release' }),
          aMergeRequest(2, { squashCommitSha: sha('S'), targetBranch: 'release' }),
          aMergeRequest(3, { sha: sha('a'), commitCount: 1 }),
        ],
      },
      expected: { '!9': 'Rbd', '!1': 'Mc', '!2': 'S', '!3': 'a' },
    },
    {
      name: 'leaves commits of main that a feature branch merged in with main',
      to: 'M',
      facts: {
        commits: [
          aCommit('a', { parents: ['before'] }),
          aCommit('b', { parents: ['before'] }),
          aCommit('X', { parents: ['b', 'a'] }),
          aCommit('c', { parents: ['X'] }),
          aCommit('M', { parents: ['a', 'c'] }),
        ],
        mergeRequests: [aMergeRequest(1, { mergeCommitSha: sha('M') })],
        askedCommits: askedInVain('a'),
      },
      expected: { '!1': 'MXbc', direct: 'a' },
    },
    {
      name: 'keeps the merge requests of a stack apart when one merge closed them all',
      to: 'M',
      facts: {
        commits: [...aChain('a', 'b', 'c'), aCommit('M', { parents: ['before', 'c'] })],
        mergeRequests: [
          aMergeRequest(1, { mergeCommitSha: sha('M'), sha: sha('b'), commitCount: 2, sourceBranch: 'lower' }),
          aMergeRequest(2, { mergeCommitSha: sha('M'), sha: sha('c'), commitCount: 3, sourceBranch: 'upper' }),
        ],
      },
      expected: { '!1': 'ab', '!2': 'Mc' },
    },
    {
      name: 'keeps the commits of one branch that was merged twice with the merge of the audited branch',
      to: 'M',
      facts: {
        commits: [...aChain('a'), aCommit('M', { parents: ['before', 'a'] })],
        mergeRequests: [
          aMergeRequest(1, { mergeCommitSha: sha('M'), sha: sha('a'), sourceBranch: 'fix' }),
          aMergeRequest(2, { mergeCommitSha: null, sha: sha('a'), sourceBranch: 'fix', targetBranch: 'release' }),
        ],
      },
      expected: { '!1': 'Ma' },
    },
    {
      name: 'gives pushes onto a branch to no merge request that took them from there to another branch',
      to: 'c',
      facts: {
        commits: aChain('a', 'b', 'c'),
        mergeRequests: [
          aMergeRequest(9, { mergeCommitSha: sha('there'), sha: sha('b'), commitCount: 2, targetBranch: 'develop' }),
        ],
        askedCommits: ['a', 'b', 'c'].map((name) => ({ sha: sha(name), mergeRequestIids: [9], source: 'asked' })),
      },
      expected: { direct: 'abc' },
    },
    {
      name: 'gives them to none that took them there as a squash, either',
      to: 'a',
      facts: {
        commits: aChain('a'),
        mergeRequests: [aMergeRequest(9, { squashCommitSha: sha('there'), sha: sha('a'), targetBranch: 'develop' })],
        askedCommits: [{ sha: sha('a'), mergeRequestIids: [9], source: 'asked' }],
      },
      expected: { direct: 'a' },
    },
    {
      name: 'keeps the commits of a branch that was merged elsewhere, and here by hand, with its merge request',
      to: 'M',
      facts: {
        commits: [...aChain('a', 'b'), aCommit('M', { parents: ['before', 'b'] })],
        mergeRequests: [
          aMergeRequest(1, { mergeCommitSha: sha('there'), sha: sha('b'), commitCount: 2, targetBranch: 'develop' }),
        ],
        askedCommits: askedInVain('M'),
      },
      expected: { '!1': 'ab', direct: 'M' },
    },
    {
      name: 'takes the answer for what is left over, and what a merge with an answer brought',
      to: 'M',
      facts: {
        commits: [aCommit('a', { parents: ['before'] }), aCommit('M', { parents: ['before', 'a'] })],
        mergeRequests: [aMergeRequest(4, { sha: sha('gone') })],
        askedCommits: [{ sha: sha('M'), mergeRequestIids: [4], source: 'asked' }],
      },
      expected: { '!4': 'Ma' },
    },
    {
      name: 'takes no commit for a direct push whose merge request was named and not read',
      to: 'a',
      facts: {
        commits: aChain('a'),
        askedCommits: [{ sha: sha('a'), mergeRequestIids: [4], source: 'asked' }],
      },
      expected: { unattributed: 'a' },
    },
    {
      name: 'does not take an open or closed merge request for the one that brought a commit',
      to: 'a',
      facts: {
        commits: aChain('a'),
        mergeRequests: [
          aMergeRequest(4, { state: 'opened', sha: sha('a') }),
          aMergeRequest(5, { state: 'closed', sha: sha('a') }),
        ],
        askedCommits: [{ sha: sha('a'), mergeRequestIids: [4, 5], source: 'asked' }],
      },
      expected: { direct: 'a' },
    },
    {
      name: 'handles a merge of three parents',
      to: 'M',
      facts: {
        commits: [
          ...['a', 'b', 'c'].map((name) => aCommit(name, { parents: ['before'] })),
          aCommit('M', { parents: ['a', 'b', 'c'] }),
        ],
        mergeRequests: [aMergeRequest(1, { mergeCommitSha: sha('M') })],
        askedCommits: askedInVain('a'),
      },
      expected: { '!1': 'Mbc', direct: 'a' },
    },
  ];

  it.each(cases)('$name', ({ to, facts, expected }) => {
    expect(attributed(aRepository(to, facts))).toEqual(expected);
    const reversed = {
      ...facts,
      commits: [...(facts.commits ?? [])].reverse(),
      mergeRequests: [...(facts.mergeRequests ?? [])].reverse(),
    };
    expect(attributed(aRepository(to, reversed))).toEqual(expected);
  });

  it('names the outer merge requests as carriers, innermost first', () => {
    const repository = aRepository('R', {
      commits: [
        aCommit('c', { parents: ['before'] }),
        aCommit('M', { parents: ['before', 'c'] }),
        aCommit('S', { parents: ['before', 'M'] }),
        aCommit('R', { parents: ['before', 'S'] }),
      ],
      mergeRequests: [
        aMergeRequest(1, { mergeCommitSha: sha('M') }),
        aMergeRequest(2, { mergeCommitSha: sha('S') }),
        aMergeRequest(3, { mergeCommitSha: sha('R') }),
      ],
    });
    const { mergeRequests } = attributeCommits(repository);
    expect(Object.fromEntries(mergeRequests.map((one) => [one.facts.iid, one.carriers]))).toEqual({
      1: [2, 3],
      2: [3],
      3: [],
    });
  });

  it('merges a commit that is listed for two branches and keeps both names', () => {
    const twice = [aCommit('a', { branches: ['main'] }), aCommit('a', { branches: ['release'] })];
    const { commits } = attributeCommits(
      aRepository('a', { commits: twice, ranges: [aRange('a'), aRange('a', 'release')] }),
    );
    expect(commits.map((commit) => commit.branches)).toEqual([['main', 'release']]);
  });

  it('finds a push onto a release branch that is audited itself, although a merge request carries it into main', () => {
    const repository = aRepository('M', {
      commits: [...aChain('a'), aCommit('M', { parents: ['before', 'a'] })],
      ranges: [aRange('M'), aRange('a', 'release')],
      mergeRequests: [aMergeRequest(1, { mergeCommitSha: sha('M') })],
      askedCommits: askedInVain('a'),
    });
    expect(attributed(repository)).toEqual({ '!1': 'M', direct: 'a' });
  });

  it('asks about a merge before it asks about what the merge brought', () => {
    const repository = aRepository('M', { commits: [...aChain('a'), aCommit('M', { parents: ['before', 'a'] })] });
    expect(names(attributeCommits(repository).leftovers)).toBe('M');
    expect(names(attributeCommits({ ...repository, askedCommits: askedInVain('M') }).leftovers)).toBe('a');
  });

  it('asks no commit twice', () => {
    const askedCommits = [{ sha: sha('a'), mergeRequestIids: [4], source: 'asked' }];
    expect(attributeCommits(aRepository('a', { commits: aChain('a'), askedCommits })).leftovers).toEqual([]);
  });

  it('says which commits no end reaches and which ends are not listed', () => {
    const { unreachable, missingEnds, unattributed } = attributeCommits(
      aRepository('z', { commits: aChain('a', 'b') }),
    );
    expect(names(unreachable)).toBe('ab');
    expect(names(missingEnds)).toBe('z');
    expect(names(unattributed)).toBe('ab');
  });

  it('walks a history of 20,000 commits with nested merges without recursion and without a quadratic step', () => {
    const commits = [aCommit('0', { parents: ['before'] })];
    for (let index = 1; index < 20_000; index += 1)
      commits.push(aCommit(`${index}`, { parents: index % 2 ? ['before', `${index - 1}`] : [`${index - 1}`] }));
    const { unattributed } = attributeCommits(aRepository('19999', { commits }));
    expect(unattributed).toHaveLength(20_000);
  }, 60_000);
});
