import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { startGitHttp } from '../../../test/git-http.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import type { Repository } from '../../git/git.ts';
import { commitWork } from './commit-work.ts';
import { deliverCommit } from './deliver-commit.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app' });
const settings = {
  agentId: 'cmap',
  author: { name: 'cmap', email: 'cmap@example.com' },
  workspaceRoot: '/nowhere',
  agentPath: '/usr/bin:/bin',
  wallClockMs: 60_000,
  inactivityMs: 60_000,
  validateTimeoutMs: 60_000,
};

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

it('a branch that was not there is pushed without another look at the remote', async () => {
  const { deliver, listRemoteCommands } = await begin();
  const { sha } = await deliver();
  expect(remote.sha(BRANCH)).toBe(sha);
  expect(listRemoteCommands()).toEqual(['push']);
});

it('a person made the branch meanwhile: their commit stays and ours goes on top', async () => {
  const { deliver, listStages } = await begin();
  const theirs = remote.push(BRANCH, { 'theirs.md': 'Theirs.\n' }, 'Theirs');
  const { sha } = await deliver();
  expect(listStages()).toContain('rebased');
  expect(remote.sha(BRANCH)).toBe(sha);
  expect(remote.sha(`${BRANCH}^`)).toBe(theirs);
  expect(remote.show(BRANCH, 'ours.md')).toBe('Ours.');
});

it('a branch that was there is looked at once before the push', async () => {
  remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
  const { deliver, listRemoteCommands } = await begin();
  await deliver();
  expect(listRemoteCommands()).toEqual(['ls-remote', 'push']);
});

it('a branch that was deleted meanwhile is not made again', async () => {
  remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
  const { deliver } = await begin();
  remote.drop(BRANCH);
  await expect(deliver()).rejects.toMatchObject({ code: 'branch-gone' });
  expect(() => remote.sha(`refs/heads/${BRANCH}`)).toThrow();
});

it('a connection that breaks is waited for: nothing is made or judged again', async () => {
  const server = await startGitHttp({ root: remote.directory });
  try {
    const { deliver, listStages } = await begin(`${server.url}/group/app.git`);
    server.fail(502, 2);
    const { sha } = await deliver();
    expect(remote.sha(BRANCH)).toBe(sha);
    expect(listStages()).toEqual(['checked', 'pushing']);
    expect(server.requests.filter(({ status }) => status === 502)).toHaveLength(2);
  } finally {
    await server.close();
  }
});

/** A clone on the work branch with one commit of ours. */
async function begin(cloneUrl = remote.remote.cloneUrl) {
  const { environment, listCommands } = recordGit(remote.directory);
  const context = aRunContext();
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: { cloneUrl }, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory, { environment }), clone, signal);
  const { headSha } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  writeFileSync(path.join(workspace.tree, 'ours.md'), 'Ours.\n');
  const work = { binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'ours', body: '' };
  await commitWork(repository, work, { settings }, signal);
  const before = listCommands().length;
  return {
    listStages: () => context.stages.map(({ name }) => name),
    listRemoteCommands: () => listCommands().slice(before).filter(isRemote),
    deliver: () => deliverCommit({ ...request(repository, headSha, workspace), context }, signal),
  };
}

const deps = { settings, isolation: { kind: 'none' as const, reason: 'a test' }, clock: systemClock };

function request(repository: Repository, base: string, workspace: ReturnType<typeof makeWorkspace>) {
  const repair = async () => {
    throw new Error('no conflict was expected');
  };
  return { deps, repository, workspace, branch: BRANCH, base, targetSha: base, binding, repair };
}

function makeWorkspace(directory: string) {
  const make = (name: string) => {
    const made = path.join(directory, 'run', name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  return {
    root: make('.'),
    gitDir: path.join(make('runner'), 'git'),
    home: make('home'),
    tree: make('tree'),
    context: make('context'),
    scratch: make('scratch'),
    validation: make('validation'),
  };
}

/** A `git` that notes its command before it runs it. */
function recordGit(directory: string) {
  const bin = path.join(directory, 'bin');
  const log = path.join(directory, 'git-commands');
  mkdirSync(bin);
  writeFileSync(log, '');
  const script = ['#!/bin/sh', `echo "$1" >> ${log}`, `PATH=${process.env['PATH']} exec git "$@"`, ''];
  writeFileSync(path.join(bin, 'git'), script.join('\n'));
  chmodSync(path.join(bin, 'git'), 0o755);
  return {
    environment: { PATH: `${bin}:/usr/bin:/bin` },
    listCommands: () => readFileSync(log, 'utf8').trim().split('\n'),
  };
}

function isRemote(command: string): boolean {
  return ['ls-remote', 'fetch', 'push', 'clone'].includes(command);
}
