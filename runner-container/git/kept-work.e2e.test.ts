import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { applyPatch, readWholePatch } from './apply-patch.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { pushKeptBranch } from './push-kept-branch.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { rewriteCommit } from './rewrite-commit.ts';

const signal = new AbortController().signal;
const author = { name: 'cmap', email: 'cmap@example.com' };
const message = { subject: 'PROJ-1: Greet', body: '', trailers: {} };
const KEPT = 'agent/PROJ-1--refused';
let remote: RemoteRepository;
let clones = 0;

beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

async function clone(): Promise<Repository> {
  clones += 1;
  const [gitDir, workTree] = ['git', 'tree'].map((name) => path.join(remote.directory, `kept${clones}`, name)) as [
    string,
    string,
  ];
  const options = { remote: remote.remote, gitDir, workTree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), options, signal);
  await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
  return repository;
}

async function change(repository: Repository, files: Record<string, string | Buffer>) {
  const base = await resolveObject(repository, 'HEAD', signal);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(repository.workTree, name)), { recursive: true });
    writeFileSync(path.join(repository.workTree, name), content);
  }
  const { changes } = await listChanges(repository, signal);
  const commit = await commitChanges(repository, { ...message, changes, author }, signal);
  if (commit.kind !== 'committed') throw new Error('nothing was committed');
  return { base, sha: commit.sha };
}

describe('a patch that is kept to be applied', () => {
  const BINARY = Buffer.from([0, 1, 2, 255, 0, 7]);

  it('makes the same files in another clone, binary ones and links too', async () => {
    const first = await clone();
    symlinkSync('greet.js', path.join(first.workTree, 'src/link.js'));
    const made = await change(first, { 'logo.bin': BINARY, 'docs/my page.md': 'Page.\r\n', 'src/sum.js': 'other\n' });
    const patch = await readWholePatch(first, made, signal);

    const second = await clone();
    const sha = await applyPatch(second, { ...message, patch: patch ?? '', author }, signal);
    expect(await resolveObject(second, `${sha}^{tree}`, signal)).toBe(
      await resolveObject(first, `${made.sha}^{tree}`, signal),
    );
    expect(readFileSync(path.join(second.workTree, 'logo.bin'))).toEqual(BINARY);
    expect((await listChanges(second, signal)).changes).toEqual([]);
  });

  it('that does not fit leaves all as it was, also one that leads out of the tree or is none', async () => {
    const first = await clone();
    const patch = (await readWholePatch(first, await change(first, { 'src/sum.js': 'other\n' }), signal)) ?? '';
    remote.push('main', { 'src/sum.js': 'theirs\n' });
    const second = await clone();
    const before = await resolveObject(second, 'HEAD', signal);
    const outside = 'diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n';
    for (const one of [patch, outside, 'nothing', ''])
      expect(await applyPatch(second, { ...message, patch: one, author }, signal)).toBeUndefined();
    expect(await resolveObject(second, 'HEAD', signal)).toBe(before);
    expect((await listChanges(second, signal)).changes).toEqual([]);
  });
});

it('rewriteCommit leaves out what it is told, gives files other content and keeps the rest', async () => {
  const repository = await clone();
  const made = await change(repository, { 'new.txt': 'x\n', 'src/sum.js': 'secret\n', 'src/greet.js': 'mine\n' });
  const rewrite = { leaveOut: new Set(['new.txt', 'src/greet.js']), replace: new Map([['src/sum.js', '[masked]\n']]) };
  const sha = await rewriteCommit(repository, made, rewrite, signal);
  await resetWorkTree(repository, { sha }, signal);
  const read = (name: string) => readFileSync(path.join(repository.workTree, name), 'utf8');
  expect(read('src/sum.js')).toBe('[masked]\n');
  expect(read('src/greet.js')).toContain('Hello');
  expect(() => read('new.txt')).toThrow();
  expect(await resolveObject(repository, `${sha}^`, signal)).toBe(made.base);
});

describe('the branch of refused work', () => {
  it('is made, replaced where it is ours and taken away, and asks for no pipeline', async () => {
    const hook = path.join(remote.bare, 'hooks', 'pre-receive');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\necho "$GIT_PUSH_OPTION_0" >>${remote.directory}/options\n`, { mode: 0o755 });
    const first = await clone();
    const { sha } = await change(first, { 'a.txt': 'one\n' });
    expect(await pushKeptBranch(first, { branch: KEPT, sha, known: new Set() }, signal)).toBe('done');
    expect(remote.sha(KEPT)).toBe(sha);
    const second = await clone();
    const next = await change(second, { 'b.txt': 'two\n' });
    expect(await pushKeptBranch(second, { branch: KEPT, sha: next.sha, known: new Set([sha]) }, signal)).toBe('done');
    expect(remote.sha(KEPT)).toBe(next.sha);
    expect(await pushKeptBranch(second, { branch: KEPT, known: new Set([next.sha]) }, signal)).toBe('done');
    expect(() => remote.sha(`refs/heads/${KEPT}`)).toThrow();
    expect(readFileSync(path.join(remote.directory, 'options'), 'utf8')).toBe('ci.skip\n'.repeat(3));
  });

  it('stays as people left it', async () => {
    const theirs = remote.push(KEPT, { 'mine.txt': 'mine\n' });
    const repository = await clone();
    const { sha } = await change(repository, { 'a.txt': 'one\n' });
    for (const push of [{ branch: KEPT, sha }, { branch: KEPT }])
      expect(await pushKeptBranch(repository, { ...push, known: new Set([sha]) }, signal)).toBe('theirs');
    expect(remote.sha(KEPT)).toBe(theirs);
  });

  it('is not pushed where GitLab takes no wish about pipelines, nor from a clone whose work stays here', async () => {
    git(remote.bare, 'config', 'receive.advertisePushOptions', 'false');
    const repository = await clone();
    const { sha } = await change(repository, { 'a.txt': 'one\n' });
    const push = { branch: KEPT, sha, known: new Set<string>() };
    await expect(pushKeptBranch(repository, push, signal)).rejects.toMatchObject({ code: 'push-rejected' });
    await expect(pushKeptBranch({ ...repository, isLocalOnly: true }, push, signal)).rejects.toThrow('in shadow');
    expect(() => remote.sha(`refs/heads/${KEPT}`)).toThrow();
  });
});
