import { expect, it } from 'vitest';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { resolveBinding } from '../../domain/mapping/source/resolve-binding.ts';
import type { PickResult } from '../../domain/ports/branches.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { type BackPortGitLab, type BackPortResolver, openBackPorts } from './open-back-ports.ts';

const BINDING = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', back_ports: 'release/{version}' });
const BRANCH = 'agent/back-port/PROJ-12-3-release-2.0';
const OPENED = { what: 'opened', iid: 9, url: 'https://gitlab.example/9', state: 'opened' };

/** A fast-forward of two commits, and a GitLab in which every release branch is there. */
function createFixture({
  picks = {},
  isThere = false,
  heads = {},
  failure,
}: {
  picks?: Record<string, PickResult>;
  isThere?: boolean;
  /** By the name of a branch; the others are where the release branch is. */
  heads?: Record<string, string>;
  failure?: { at: keyof BackPortGitLab; code: ErrorCode };
} = {}) {
  const calls: string[] = [];
  const note = (name: keyof BackPortGitLab, ...about: string[]) => {
    calls.push([name, ...about].join(' '));
    if (failure?.at === name) throw new TaskError(failure.code, { detail: 'You are *not* allowed' });
  };
  const gitlab: BackPortGitLab = {
    listMergeRequestsBySourceBranch: async () => [],
    findBranch: async (_project, name) => ({ name, sha: heads[name] ?? 'a', isProtected: true }),
    async createBranch(_project, name, from) {
      note('createBranch', name, from);
      return isThere ? 'there' : 'created';
    },
    async deleteBranch(_project, name) {
      note('deleteBranch', name);
    },
    async cherryPick(_project, sha) {
      note('cherryPick', sha);
      return picks[sha] ?? 'picked';
    },
    listCommitsOfMergeRequest: async () => ['c1', 'c2'],
    async createMergeRequest(_project, { targetBranch }) {
      note('createMergeRequest', targetBranch);
      return aMergeRequest({ iid: 9, webUrl: OPENED.url });
    },
  };
  const open = async (fixVersions = ['2.0'], resolver?: BackPortResolver) => {
    const details = { subtasks: [], links: [], components: [], fixVersions, fields: [] };
    const issue = { ...anIssue({ key: 'PROJ-12' }), details };
    const mergeRequest = aMergeRequest({ iid: 3, state: 'merged' });
    return openBackPorts(
      { mergeRequest, issue, binding: { ...BINDING, backPorts: 'release/{version}' } },
      gitlab,
      resolver,
    );
  };
  return { open, calls };
}

it('applies all commits in their order', async () => {
  const { open, calls } = createFixture();
  expect((await open()).backPorts).toEqual([{ version: '2.0', branch: 'release/2.0', ...OPENED }]);
  expect(calls).toEqual([
    `createBranch ${BRANCH} release/2.0`,
    'cherryPick c1',
    'cherryPick c2',
    'createMergeRequest release/2.0',
  ]);
});

it('leaves no half of a change behind', async () => {
  const { open, calls } = createFixture({ picks: { c2: 'conflict' } });
  expect((await open()).backPorts).toMatchObject([{ what: 'conflict', commits: ['c1', 'c2'], isMerge: false }]);
  expect(calls.at(-1)).toBe(`deleteBranch ${BRANCH}`);
});

it.each([
  { name: 'deletes a branch that an earlier try has made and left', heads: {}, deletes: true },
  { name: 'deletes no branch that has commits of people', heads: { [BRANCH]: 'theirs' }, deletes: false },
])('after a conflict $name', async ({ heads, deletes }) => {
  const { open, calls } = createFixture({ isThere: true, heads, picks: { c1: 'conflict' } });
  expect((await open()).backPorts).toMatchObject([{ what: 'conflict' }]);
  expect(calls.includes(`deleteBranch ${BRANCH}`)).toBe(deletes);
});

it.each([
  { name: 'goes on after a try that died when all was applied', isThere: true, what: 'opened' },
  { name: 'makes nothing of a change the branch has', isThere: false, what: 'there-already' },
])('$name', async ({ isThere, what }) => {
  const { open } = createFixture({ isThere, picks: { c1: 'empty', c2: 'empty' } });
  expect((await open()).backPorts).toMatchObject([{ what }]);
});

it.each(['createBranch', 'cherryPick', 'createMergeRequest'] as const)(
  'says what GitLab refuses at %s, and goes on with the other versions',
  async (at) => {
    const { open, calls } = createFixture({ failure: { at, code: 'gitlab-refused' } });
    const { backPorts } = await open(['2.0', '1.0']);
    const refused = { what: 'refused', why: expect.stringContaining('You are \\*not\\* allowed') };
    expect(backPorts).toMatchObject([refused, refused]);
    expect(calls).toContain('createBranch agent/back-port/PROJ-12-3-release-1.0 release/1.0');
  },
);

it('is tried again as a whole after what may pass by itself', async () => {
  const { open } = createFixture({ failure: { at: 'createMergeRequest', code: 'gitlab-unavailable' } });
  await expect(open()).rejects.toMatchObject({ code: 'gitlab-unavailable' });
});

it('looks at ten versions and counts the rest, and at none twice', async () => {
  const { open, calls } = createFixture();
  const versions = Array.from({ length: 13 }, (_, index) => `${index}.0`);
  const { backPorts, left } = await open(['0.0', ' 0.0 ', ...versions]);
  expect([backPorts.length, left]).toEqual([10, 3]);
  expect(calls.filter((call) => call.startsWith('createMergeRequest'))).toHaveLength(10);
});

it('has a conflict resolved once its own branch is gone', async () => {
  const { open, calls } = createFixture({ picks: { c2: 'conflict' } });
  const resolver: BackPortResolver = {
    find: async () => ({ what: 'none' }),
    listBegun: async () => [],
    async begin(branch) {
      calls.push(`begin ${branch}`);
      return true;
    },
  };
  expect((await open(['2.0'], resolver)).backPorts).toMatchObject([{ what: 'resolving' }]);
  expect(calls.slice(-2)).toEqual([`deleteBranch ${BRANCH}`, 'begin release/2.0']);
});

it.each([
  { found: { what: 'under-way' as const }, expected: { what: 'resolving' } },
  { found: { what: 'there-already' as const }, expected: { what: 'there-already' } },
  {
    found: { what: 'left' as const, why: 'too hard.' },
    expected: { what: 'unresolved', why: 'too hard.', commits: ['c1', 'c2'] },
  },
])('touches no branch of a run that is $found.what', async ({ found, expected }) => {
  const { open, calls } = createFixture({ picks: { c1: 'conflict' } });
  const resolver: BackPortResolver = {
    find: async () => found,
    listBegun: async () => [],
    async begin() {
      calls.push('begin');
      return true;
    },
  };
  expect((await open(['2.0'], resolver)).backPorts).toMatchObject([expected]);
  expect(calls).toEqual([]);
});

it('says what became of a branch it had begun with when the ticket no longer has that version', async () => {
  const { open } = createFixture();
  const resolver: BackPortResolver = {
    find: async (branch) => (branch === 'release/1.0' ? { what: 'left', why: 'too hard.' } : { what: 'none' }),
    listBegun: async () => ['release/1.0', 'release/2.0'],
    begin: async () => true,
  };
  const left = { branch: 'release/1.0', what: 'unresolved', why: 'too hard.', commits: ['c1', 'c2'], isMerge: false };
  expect(await open([], resolver)).toMatchObject({ backPorts: [left, { branch: 'release/2.0', what: 'opened' }] });
  const { backPorts, left: more } = await open(['2.0'], resolver);
  expect([backPorts, more]).toEqual([[{ version: '2.0', branch: 'release/2.0', ...OPENED }, left], 0]);
});
