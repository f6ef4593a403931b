import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, expect, it } from 'vitest';

import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { pushBranch } from './push-branch.ts';
import { rebaseOntoRemote } from './rebase-onto-remote.ts';
import { restartWorkBranch } from './restart-work-branch.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-12';
const author = { name: 'cmap', email: 'cmap@example.com' };
let remote: RemoteRepository | undefined;
let clones = 0;

afterEach(() => remote?.remove());

async function clone({ directory, remote: address }: RemoteRepository): Promise<Repository> {
  clones += 1;
  const [gitDir, workTree] = ['git', 'tree'].map((name) => path.join(directory, `restart${clones}`, name)) as [
    string,
    string,
  ];
  return cloneRepository(makeGit(directory), { remote: address, gitDir, workTree, branch: 'main' }, signal);
}

async function change(repository: Repository, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(repository.workTree, name), text);
  const { changes } = await listChanges(repository, signal);
  await commitChanges(repository, { subject: 'PROJ-12: change', body: '', changes, trailers: {}, author }, signal);
  await rebaseOntoRemote(repository, BRANCH, signal);
  await pushBranch(repository, BRANCH, signal);
}

it.each([
  { name: 'with a merge commit', merge: ['merge', '--quiet', '--no-ff', '-m', 'Merge it', BRANCH], commits: 1 },
  { name: 'squashed', merge: ['merge', '--quiet', '--squash', BRANCH], commits: 2 },
])('a branch that was merged $name begins anew without force', async ({ merge, commits }) => {
  remote = makeRemoteRepository();
  const first = await clone(remote);
  await checkoutWorkBranch(first, { branch: BRANCH }, signal);
  await change(first, { 'a.txt': 'one\n' });

  // A person merges it, and goes on.
  const person = path.join(remote.directory, `person${clones}`);
  git(remote.directory, 'clone', '--quiet', remote.bare, person);
  git(person, 'branch', '--quiet', BRANCH, `origin/${BRANCH}`);
  git(person, ...merge);
  writeFileSync(path.join(person, 'a.txt'), 'two\n');
  git(person, 'commit', '--quiet', '-a', '-m', 'Go on');
  git(person, 'push', '--quiet', 'origin', 'HEAD:main');

  const second = await clone(remote);
  const work = await checkoutWorkBranch(second, { branch: BRANCH }, signal);
  const restarted = await restartWorkBranch(second, work, { targetBranch: 'main', author }, signal);
  expect(restarted).toMatchObject({ reused: false, baseSha: restarted.headSha });
  expect(readFileSync(path.join(second.workTree, 'a.txt'), 'utf8')).toBe('two\n');
  await change(second, { 'b.txt': 'next\n' });

  git(person, 'fetch', '--quiet', 'origin');
  const range = `origin/main...origin/${BRANCH}`;
  expect(git(person, 'diff', '--name-only', range).trim()).toBe('b.txt');
  expect(
    git(person, 'log', '--oneline', `origin/main..origin/${BRANCH}`, '--not', work.headSha).trim().split('\n'),
  ).toHaveLength(commits);
});
