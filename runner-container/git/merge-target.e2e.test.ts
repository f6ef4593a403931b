import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace } from '../../test/builders/workspace.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { listChanges } from './list-changes.ts';
import {
  abortMerge,
  continueMerge,
  finishMerge,
  mergeTarget,
  pickChange,
  type TargetConflict,
} from './merge-target.ts';
import { pushBranch } from './push-branch.ts';
import { readGit } from './run-git.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const author = { name: 'cmap', email: 'cmap@example.com' };
const GREET = 'src/greet.js';

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

/** A clone on the work branch, after both sides have had their commits. */
async function open() {
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const { targetSha, headSha } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  const file = (name: string) => path.join(workspace.tree, name);
  return {
    repository,
    targetSha,
    headSha,
    file,
    read: (name: string) => readFileSync(file(name), 'utf8'),
    write: (name: string, text: string) => writeFileSync(file(name), text),
    merge: () => mergeTarget(repository, { targetSha, author }, signal),
    async conflict(): Promise<TargetConflict> {
      const merge = await mergeTarget(repository, { targetSha, author }, signal);
      if (merge.kind !== 'conflict') throw new Error(`expected a conflict, got ${merge.kind}`);
      return merge;
    },
    head: () => readGit(repository, ['rev-parse', 'HEAD'], {}, signal),
  };
}

function moveSubmodule(branch: string, sha = ''): void {
  const ref = `refs/heads/${branch}`;
  const commit = `commit ${ref}\ncommitter Pat <pat@example.com> 0 +0000\ndata 1\nx\nfrom ${ref}^0\nM 160000 ${sha} lib\n`;
  execFileSync('git', ['fast-import', '--quiet'], { cwd: remote.bare, input: commit });
}

describe('a merge without a conflict', () => {
  it('is a merge commit on top of the branch, with what both sides did, and people keep their commits', async () => {
    const theirs = remote.push(BRANCH, { 'by-hand.md': 'By hand.\n' }, 'By hand');
    const target = remote.push('main', { 'src/new.js': 'export const one = 1;\n' }, 'Target');
    const { repository, merge } = await open();

    const merged = await merge();
    if (merged.kind !== 'clean') throw new Error(`expected no conflict, got ${merged.kind}`);
    const sha = await finishMerge(repository, { ...merged, message: 'Merge\n', author }, signal);
    await pushBranch(repository, BRANCH, signal);

    expect(remote.sha(BRANCH)).toBe(sha);
    expect(git(remote.bare, 'log', '-1', '--format=%P', BRANCH)).toBe(`${theirs} ${target}`);
    expect(remote.show(BRANCH, 'by-hand.md')).toBe('By hand.');
    expect(remote.show(BRANCH, 'src/new.js')).toBe('export const one = 1;');
  });

  it('follows a rename of the other side', async () => {
    remote.push(BRANCH, { [GREET]: `${remote.show('main', GREET)}// branch\n` });
    remote.push('main', { [GREET]: null, 'src/hello.js': `${remote.show('main', GREET)}\n` });
    const { repository, merge, read } = await open();
    const merged = await merge();
    if (merged.kind !== 'clean') throw new Error(`expected no conflict, got ${merged.kind}`);
    await finishMerge(repository, { ...merged, message: 'Merge\n', author }, signal);
    expect(read('src/hello.js')).toContain('// branch');
  });

  it('is none where the branch has all of the target branch, or nothing besides it', async () => {
    remote.push(BRANCH, { 'a.md': 'a\n' });
    expect(await (await open()).merge()).toEqual({ kind: 'up-to-date' });
    git(remote.bare, 'update-ref', `refs/heads/${BRANCH}`, remote.sha('main'));
    remote.push('main', { 'b.md': 'b\n' });
    expect(await (await open()).merge()).toEqual({ kind: 'up-to-date' });
  });

  it('is made from the youngest common ancestor, also where a shallow clone shows an older one first', async () => {
    // A line that came after the oldest commit and went again on the target branch; a branch that was merged late leads
    // from the tip to the oldest commit by two steps, and to the fork by three hundred.
    const oldest = remote.sha('main');
    const withLine = remote.push('main', { 'notes.md': 'first\nline that goes\nlast\n' });
    git(remote.bare, 'update-ref', `refs/heads/${BRANCH}`, withLine);
    remote.push(BRANCH, { 'branch.md': 'branch\n' });
    const commit = (mark: string, from: string, change: string) =>
      `commit refs/heads/main\n${mark}committer Pat <pat@example.com> 0 +0000\ndata 1\nx\n${from}${change}\n`;
    const write = (name: string, text: string) => `M 100644 inline ${name}\ndata ${text.length}\n${text}\n`;
    const first = commit('', `from ${withLine}\n`, write('notes.md', 'first\nlast\n'));
    const many = Array.from({ length: 300 }, (_, index) => commit('', '', write('count.txt', `${index}\n`)));
    const late = `commit refs/heads/late\nmark :1\ncommitter Pat <pat@example.com> 0 +0000\ndata 1\nx\nfrom ${oldest}\n${write('late.md', 'late\n')}\n`;
    const merge = commit('', 'merge :1\n', write('late.md', 'late\n'));
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: remote.bare,
      input: [first, ...many, late, merge].join(''),
    });

    const { repository, merge: mergeNow, read } = await open();
    const merged = await mergeNow();
    if (merged.kind !== 'clean') throw new Error(`expected no conflict, got ${merged.kind}`);
    await finishMerge(repository, { ...merged, message: 'Merge\n', author }, signal);
    expect(read('notes.md')).toBe('first\nlast\n');
    expect(read('late.md')).toBe('late\n');
  });

  it('can be made again when the target branch has moved on, from where the last one was made', async () => {
    remote.push(BRANCH, { [GREET]: 'branch\n' });
    remote.push('main', { 'a.md': 'one\n' });
    for (const text of ['two\n', 'three\n']) {
      remote.push('main', { 'a.md': text });
      const { repository, merge } = await open();
      const merged = await merge();
      if (merged.kind !== 'clean') throw new Error(`expected no conflict, got ${merged.kind}`);
      await finishMerge(repository, { ...merged, message: 'Merge\n', author }, signal);
      await pushBranch(repository, BRANCH, signal);
    }
    expect(remote.show(BRANCH, 'a.md')).toBe('three');
    expect(remote.show(BRANCH, GREET)).toBe('branch');
  });
});

describe('a conflict', () => {
  it('stands in the work tree, and only what is made of it counts as a change', async () => {
    remote.push(BRANCH, { [GREET]: 'branch\n' });
    remote.push('main', { [GREET]: 'target\n', 'src/other.js': 'other\n' });
    const { repository, conflict, read, write, headSha, targetSha } = await open();

    const found = await conflict();
    expect(found.files).toEqual([{ path: GREET }]);
    expect(read(GREET)).toBe(`<<<<<<< ${headSha}\nbranch\n=======\ntarget\n>>>>>>> ${targetSha}\n`);
    expect(read('src/other.js')).toBe('other\n');
    expect((await listChanges(repository, signal)).changes).toEqual([]);
    expect(await continueMerge(repository, found, signal)).toEqual({ kind: 'unresolved', files: [GREET] });

    write(GREET, 'branch and target\n');
    expect((await listChanges(repository, signal)).changes.map((change) => change.path)).toEqual([GREET]);
    const resolved = await continueMerge(repository, found, signal);
    if (resolved.kind !== 'resolved') throw new Error('expected it to be resolved');
    await finishMerge(repository, { ...found, tree: resolved.tree, message: 'Merge\n', author }, signal);
    await pushBranch(repository, BRANCH, signal);
    expect(remote.show(BRANCH, GREET)).toBe('branch and target');
    expect(remote.show(BRANCH, 'src/other.js')).toBe('other');
  });

  it('is put away without a trace', async () => {
    remote.push(BRANCH, { [GREET]: 'branch\n' });
    remote.push('main', { [GREET]: 'target\n' });
    const { repository, conflict, read, head, headSha } = await open();
    await abortMerge(repository, await conflict(), signal);
    expect(read(GREET)).toBe('branch\n');
    expect(await head()).toBe(headSha);
  });

  it.each([
    { name: 'the target branch deleted what the branch changed', branch: 'changed\n', target: null, by: 'target' },
    { name: 'the branch deleted what the target branch changed', branch: null, target: 'changed\n', by: 'branch' },
  ])('is shown with markers where $name, and left while they stand', async ({ branch, target, by }) => {
    remote.push(BRANCH, { [GREET]: branch });
    remote.push('main', { [GREET]: target });
    const { repository, conflict, read, file, headSha, targetSha } = await open();
    const found = await conflict();
    expect(found.files).toEqual([{ path: GREET, deletedBy: by }]);
    const [ours, theirs] = branch === null ? ['', 'changed\n'] : ['changed\n', ''];
    expect(read(GREET)).toBe(`<<<<<<< ${headSha}\n${ours}=======\n${theirs}>>>>>>> ${targetSha}\n`);
    expect((await continueMerge(repository, found, signal)).kind).toBe('unresolved');
    rmSync(file(GREET));
    expect((await continueMerge(repository, found, signal)).kind).toBe('resolved');
  });

  it('is left where its markers were carried into another file', async () => {
    remote.push(BRANCH, { [GREET]: 'branch\n' });
    remote.push('main', { [GREET]: 'target\n' });
    const { repository, conflict, read, write, file } = await open();
    const found = await conflict();
    write('src/elsewhere.js', read(GREET));
    rmSync(file(GREET));
    expect(await continueMerge(repository, found, signal)).toEqual({
      kind: 'unresolved',
      files: ['src/elsewhere.js'],
    });
  });

  it('is no conflict any more where a file only speaks of markers', async () => {
    remote.push(BRANCH, { [GREET]: 'branch\n' });
    remote.push('main', { [GREET]: 'target\n' });
    const { repository, conflict, write } = await open();
    const found = await conflict();
    write(GREET, '<<<<<<< HEAD is how a marker begins\n');
    expect((await continueMerge(repository, found, signal)).kind).toBe('resolved');
  });
});

describe('a conflict that no text shows is for people, and nothing is written', () => {
  const binary = (text: string) => Buffer.from(`\0${text}`);

  it.each([
    { name: 'a binary file', base: binary('a'), branch: binary('b'), target: binary('c'), at: ['logo.png'] },
    { name: 'a file that became binary', base: 'a\n', branch: 'b\n', target: binary('c'), at: ['logo.png'] },
  ])('$name', async ({ base, branch, target, at }) => {
    remote.push('main', { 'logo.png': base });
    remote.rewrite(BRANCH, 'main', {});
    remote.push(BRANCH, { 'logo.png': branch });
    remote.push('main', { 'logo.png': target });
    const { merge, head, headSha } = await open();
    expect(await merge()).toEqual({ kind: 'unshowable', files: at });
    expect(await head()).toBe(headSha);
  });

  it('a pointer of Git LFS', async () => {
    const pointer = (digit: string) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 3\n`;
    remote.push('main', { '.gitattributes': '*.bin filter=lfs\n', 'a.bin': pointer('0') });
    remote.rewrite(BRANCH, 'main', {});
    remote.push(BRANCH, { 'a.bin': pointer('1') });
    remote.push('main', { 'a.bin': pointer('2') });
    expect(await (await open()).merge()).toEqual({ kind: 'unshowable', files: ['a.bin'] });
  });

  it('a submodule that both sides moved', async () => {
    const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(40));
    moveSubmodule('main', one);
    remote.rewrite(BRANCH, 'main', {});
    moveSubmodule(BRANCH, two);
    moveSubmodule('main', three);
    expect(await (await open()).merge()).toEqual({ kind: 'unshowable', files: ['lib'] });
  });

  it('a file that each side moved elsewhere', async () => {
    const text = remote.show('main', GREET);
    remote.push(BRANCH, { [GREET]: null, 'src/a.js': `${text}\n` });
    remote.push('main', { [GREET]: null, 'src/b.js': `${text}\n` });
    const merge = await (await open()).merge();
    expect(merge.kind).toBe('unshowable');
  });
});

it('a target branch that is thousands of files ahead changes nothing of what is judged', async () => {
  remote.push(BRANCH, { [GREET]: 'branch\n' });
  const many = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`many/${index}.txt`, `${index}\n`]));
  remote.push('main', { ...many, [GREET]: 'target\n' });
  const { repository, conflict, write } = await open();
  const found = await conflict();
  write(GREET, 'both\n');
  const { changes, truncated } = await listChanges(repository, signal);
  expect({ paths: changes.map((change) => change.path), truncated }).toEqual({ paths: [GREET], truncated: false });
  expect((await continueMerge(repository, found, signal)).kind).toBe('resolved');
});

describe('a change that is picked', () => {
  /** The branch is an older release; the change is the last commit of `main`, which has more besides it. */
  function change(release: Record<string, string | null>, picked: Record<string, string | null>): string {
    remote.push(BRANCH, { [GREET]: 'one\ntwo\nthree\n', ...release });
    remote.push('main', { [GREET]: 'one\ntwo\nthree\n', 'newer.md': 'newer\n' });
    return remote.push('main', picked);
  }

  const pick = async ({ repository }: Awaited<ReturnType<typeof open>>, sha: string) => {
    const base = await readGit(repository, ['rev-parse', `${sha}^`], {}, signal);
    return pickChange(repository, { base, targetSha: sha, author }, signal);
  };

  it('is one commit on the branch with that change and nothing else of where it comes from', async () => {
    const sha = change({ 'old.md': 'old\n' }, { [GREET]: 'one\ntwo\nTHREE\n' });
    const opened = await open();
    const picked = await pick(opened, sha);
    if (picked.kind !== 'clean') throw new Error(`expected no conflict, got ${picked.kind}`);
    const made = await finishMerge(opened.repository, { ...picked, message: 'Take over\n', author }, signal);
    expect(await readGit(opened.repository, ['rev-parse', `${made}^@`], {}, signal)).toBe(opened.headSha);
    const files = await readGit(opened.repository, ['diff', '--name-only', opened.headSha, made], {}, signal);
    expect(files).toBe(GREET);
    expect(opened.read(GREET)).toBe('one\ntwo\nTHREE\n');
  });

  it('is there already where the branch has it', async () => {
    const sha = change({ [GREET]: 'one\ntwo\nTHREE\n' }, { [GREET]: 'one\ntwo\nTHREE\n' });
    expect(await pick(await open(), sha)).toEqual({ kind: 'up-to-date' });
  });

  it('shows a conflict, also of a Windows file, and leaves the branch as it was when that is given up', async () => {
    const sha = change({ [GREET]: 'one\r\ntwo\r\n3\r\n' }, { [GREET]: 'one\ntwo\nTHREE\n' });
    const opened = await open();
    const picked = await pick(opened, sha);
    if (picked.kind !== 'conflict') throw new Error(`expected a conflict, got ${picked.kind}`);
    expect(picked.files).toEqual([{ path: GREET }]);
    expect(opened.read(GREET)).toMatch(/^<<<<<<< [\s\S]*^=======[\s\S]*^>>>>>>> /m);
    expect(await continueMerge(opened.repository, picked, signal)).toEqual({ kind: 'unresolved', files: [GREET] });
    await abortMerge(opened.repository, picked, signal);
    expect([await opened.head(), opened.read(GREET)]).toEqual([opened.headSha, 'one\r\ntwo\r\n3\r\n']);
  });
});
