import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';
import { createImpatientClock } from '../../test/doubles/impatient-clock.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import { diffRange } from './diff-range.ts';
import { fetchCommit, findMergeBase, isAncestor } from './fetch-commits.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { findCommit, listCommits } from './list-commits.ts';
import { pushBranch } from './push-branch.ts';
import { abortRebase, continueRebase, rebaseOntoRemote } from './rebase-onto-remote.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-12';
const author = { name: 'cmap', email: 'cmap@example.com' };

const remotes: RemoteRepository[] = [];
afterEach(() => {
  for (const remote of remotes.splice(0)) remote.remove();
});

function aRemote(files?: Record<string, string>): RemoteRepository {
  const remote = makeRemoteRepository(files);
  remotes.push(remote);
  return remote;
}

let clones = 0;
async function clone(remote: RemoteRepository, branch = 'main'): Promise<Repository> {
  clones += 1;
  const gitDir = path.join(remote.directory, `clone${clones}`, 'git');
  const workTree = path.join(remote.directory, `clone${clones}`, 'tree');
  return cloneRepository(makeGit(remote.directory), { remote: remote.remote, gitDir, workTree, branch }, signal);
}

function write(repository: Repository, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(repository.workTree, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

async function commit(repository: Repository, runId = 'run-1') {
  const { changes } = await listChanges(repository, signal);
  const message = { subject: 'PROJ-12: say hello', body: 'Because it is polite.', trailers: { 'Cmap-Run': runId } };
  return commitChanges(repository, { ...message, changes, author }, signal);
}

describe('cloneRepository', () => {
  it('keeps the git directory to the runner and leaves no pointer to it in the work tree', async () => {
    const repository = await clone(aRemote());

    expect(existsSync(path.join(repository.workTree, '.git'))).toBe(false);
    expect(statSync(repository.gitDir).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(repository.workTree, 'README.md'), 'utf8')).toBe('# App\n');
    expect((await listChanges(repository, signal)).changes).toEqual([]);
  });

  it('says that a repository has no commit', async () => {
    await expect(clone(aRemote({}))).rejects.toMatchObject({ code: 'repository-empty' });
  });

  it.each(['develop', '--upload-pack=touch'])('says that the branch %j is missing or is none', async (branch) => {
    const code = branch.startsWith('-') ? 'git-failed' : 'target-branch-missing';
    await expect(clone(aRemote(), branch)).rejects.toMatchObject({ code });
  });

  it('tries what may pass three times and waits in between', async () => {
    const remote = aRemote();
    const clock = createImpatientClock(1000, 4000);
    const options = {
      remote: { cloneUrl: `file://${remote.bare}-gone` },
      gitDir: path.join(remote.directory, 'g'),
      workTree: path.join(remote.directory, 't'),
      branch: 'main',
    };

    await expect(cloneRepository(makeGit(remote.directory, { clock }), options, signal)).rejects.toMatchObject({
      code: 'clone-failed',
    });
    expect(clock.slept).toEqual([1000, 4000]);
  });
});

describe('checkoutWorkBranch', () => {
  it('starts a new branch at the target branch', async () => {
    const remote = aRemote();
    const repository = await clone(remote);

    const main = remote.sha('main');
    expect(await checkoutWorkBranch(repository, { branch: BRANCH }, signal)).toEqual({
      branch: BRANCH,
      reused: false,
      headSha: main,
      baseSha: main,
      targetSha: main,
    });
  });

  it('takes up a branch that exists, with enough history to know where it began', async () => {
    const remote = aRemote();
    const began = remote.sha('main');
    let tip = remote.push(BRANCH, { 'note.txt': 'noted\n' });
    for (let index = 0; index < 60; index += 1)
      tip = git(
        remote.bare,
        '-c',
        'user.name=Pat',
        '-c',
        'user.email=pat@example.com',
        'commit-tree',
        `${tip}^{tree}`,
        '-p',
        tip,
        '-m',
        `${index}`,
      );
    git(remote.bare, 'update-ref', `refs/heads/${BRANCH}`, tip);
    remote.push('main', { 'other.txt': 'main went on\n' });
    const repository = await clone(remote);

    const result = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);

    expect(result).toMatchObject({
      reused: true,
      headSha: remote.sha(BRANCH),
      baseSha: began,
      targetSha: remote.sha('main'),
    });
    expect(readFileSync(path.join(repository.workTree, 'note.txt'), 'utf8')).toBe('noted\n');
    expect(existsSync(path.join(repository.workTree, 'other.txt'))).toBe(false);
  });

  it('refuses a branch name that is an option', async () => {
    const repository = await clone(aRemote());
    await expect(checkoutWorkBranch(repository, { branch: '--force' }, signal)).rejects.toMatchObject({
      code: 'git-failed',
    });
  });
});

describe('commitChanges and pushBranch', () => {
  it('commits under the given name, with the run in a trailer, and pushes without force', async () => {
    const remote = aRemote();
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, { 'src/greet.js': 'changed\n', 'docs/new.md': 'new\n' });
    rmSync(path.join(repository.workTree, 'src/sum.js'));

    const result = await commit(repository);
    const pushed = await pushBranch(repository, BRANCH, signal);

    expect(result).toEqual({ kind: 'committed', sha: pushed.sha });
    expect(pushed.kind).toBe('pushed');
    expect(remote.sha(BRANCH)).toBe(pushed.sha);
    expect(git(remote.bare, 'log', '-1', '--format=%an <%ae>%n%B', BRANCH)).toBe(
      'cmap <cmap@example.com>\nPROJ-12: say hello\n\nBecause it is polite.\n\nCmap-Run: run-1',
    );
    expect(git(remote.bare, 'diff', '--name-status', 'main', BRANCH).split('\n')).toEqual([
      'A\tdocs/new.md',
      'M\tsrc/greet.js',
      'D\tsrc/sum.js',
    ]);
    expect((await listChanges(repository, signal)).changes).toEqual([]);
    expect(await pushBranch(repository, BRANCH, signal)).toEqual({ kind: 'already-pushed', sha: pushed.sha });
  });

  it('commits nothing when nothing changed', async () => {
    const repository = await clone(aRemote());
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    expect(await commit(repository)).toEqual({ kind: 'nothing-to-commit' });
  });

  it('finds the commit of an earlier attempt of the same run', async () => {
    const remote = aRemote();
    const first = await clone(remote);
    await checkoutWorkBranch(first, { branch: BRANCH }, signal);
    write(first, { 'a.txt': 'a\n' });
    await commit(first, 'run-7');
    const { sha } = await pushBranch(first, BRANCH, signal);
    remote.push(BRANCH, { 'b.txt': 'b\n' }, 'Mentions Cmap-Run: run-8 in its subject');

    const second = await clone(remote);
    const { targetSha } = await checkoutWorkBranch(second, { branch: BRANCH }, signal);

    const find = (shas: string[]) => findCommit(second, { shas: new Set(shas), from: targetSha }, signal);
    expect(await find([sha])).toMatchObject({ sha, subject: 'PROJ-12: say hello' });
    expect(await find([])).toBeUndefined();
    expect(await find([targetSha])).toBeUndefined();
    expect(await listCommits(second, targetSha, 'HEAD', signal)).toMatchObject([
      { authorName: 'Pat Person' },
      { authorName: 'cmap', runId: 'run-7' },
    ]);
  });

  it('says that the branch moved when a person was faster, and leaves their commit alone', async () => {
    const remote = aRemote();
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, { 'a.txt': 'ours\n' });
    await commit(repository);
    const theirs = remote.push(BRANCH, { 'a.txt': 'theirs\n' });

    await expect(pushBranch(repository, BRANCH, signal)).rejects.toMatchObject({ code: 'branch-moved' });
    expect(remote.sha(BRANCH)).toBe(theirs);
  });

  it('says that the push was rejected when the server refuses the branch', async () => {
    const remote = aRemote();
    writeFileSync(path.join(remote.bare, 'hooks', 'pre-receive'), '#!/bin/sh\necho "protected branch"; exit 1\n', {
      mode: 0o755,
    });
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, { 'a.txt': 'ours\n' });
    await commit(repository);

    await expect(pushBranch(repository, BRANCH, signal)).rejects.toMatchObject({ code: 'push-rejected' });
  });
});

describe('a push that is refused says what a person can do', () => {
  const GITLAB = 'echo "GitLab:';
  it.each([
    {
      name: 'a rule about messages',
      hook: `${GITLAB} Commit message does not follow the pattern '^(feat|fix): .+'" >&2; exit 1`,
      code: 'commit-message-refused',
      detail: "GitLab: Commit message does not follow the pattern '^(feat|fix): .+'",
    },
    {
      name: 'a rule about sign-offs',
      hook: `${GITLAB} Commit message must contain a DCO signoff" >&2; exit 1`,
      code: 'commit-sign-off-missing',
      detail: 'GitLab: Commit message must contain a DCO signoff',
    },
    {
      name: 'a rule about authors',
      hook: `${GITLAB} Committer email 'cmap@example.com' is not verified." >&2; exit 1`,
      code: 'commit-author-refused',
      detail: "GitLab: Committer email 'cmap@example.com' is not verified.",
    },
    {
      name: 'a rule about signatures',
      hook: `${GITLAB} Commit must be signed with a GPG key" >&2; exit 1`,
      code: 'commit-signature-missing',
      detail: 'GitLab: Commit must be signed with a GPG key',
    },
    {
      name: 'anything else',
      hook: `${GITLAB} You are not allowed to push code to protected branches" >&2; exit 1`,
      code: 'push-rejected',
      detail: 'GitLab: You are not allowed to push code to protected branches',
    },
  ])('$name', async ({ hook, code, detail }) => {
    const remote = aRemote();
    writeFileSync(path.join(remote.bare, 'hooks', 'update'), `#!/bin/sh\n${hook}\n`, { mode: 0o755 });
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, { 'a.txt': 'ours\n' });
    await commit(repository);
    await expect(pushBranch(repository, BRANCH, signal)).rejects.toMatchObject({ code, detail });
  });

  it.each(['agent', `${BRANCH}/old`])('a branch %s stands in the way', async (inTheWay) => {
    const remote = aRemote();
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, { 'a.txt': 'ours\n' });
    await commit(repository);
    remote.push(inTheWay, { 'x.txt': 'x\n' });
    await expect(pushBranch(repository, BRANCH, signal)).rejects.toMatchObject({
      code: 'branch-in-the-way',
      detail: inTheWay,
    });
  });
});

describe('rebaseOntoRemote', () => {
  async function ours(remote: RemoteRepository, files: Record<string, string>): Promise<Repository> {
    const repository = await clone(remote);
    await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
    write(repository, files);
    await commit(repository);
    return repository;
  }

  it('has nothing to do without a push meanwhile', async () => {
    const repository = await ours(aRemote(), { 'a.txt': 'ours\n' });
    expect(await rebaseOntoRemote(repository, BRANCH, signal)).toMatchObject({ kind: 'unmoved' });
  });

  it("puts our commit on top of people's, which stay as they are", async () => {
    const remote = aRemote();
    remote.push(BRANCH, { 'before.txt': 'x\n' }, 'Before');
    const repository = await ours(remote, { 'a.txt': 'ours\n' });
    const theirs = remote.push(BRANCH, { 'b.txt': 'theirs\n' }, 'Theirs');

    expect(await rebaseOntoRemote(repository, BRANCH, signal)).toMatchObject({ kind: 'rebased', ontoSha: theirs });
    await pushBranch(repository, BRANCH, signal);

    expect(remote.log(BRANCH)).toEqual(['PROJ-12: say hello', 'Theirs', 'Before', 'First commit']);
    expect(git(remote.bare, 'log', '-1', '--format=%(trailers:key=Cmap-Run,valueonly)', BRANCH).trim()).toBe('run-1');
    expect(readFileSync(path.join(repository.workTree, 'b.txt'), 'utf8')).toBe('theirs\n');
  });

  it('does not bring back what people removed by rewriting the branch', async () => {
    const remote = aRemote();
    remote.push(BRANCH, { 'removed.txt': 'regretted\n' });
    const repository = await ours(remote, { 'a.txt': 'ours\n' });
    remote.rewrite(BRANCH, 'main', { 'b.txt': 'rewritten\n' });

    expect(await rebaseOntoRemote(repository, BRANCH, signal)).toMatchObject({ kind: 'rebased' });
    await pushBranch(repository, BRANCH, signal);

    expect(git(remote.bare, 'ls-tree', '-r', '--name-only', BRANCH).split('\n')).not.toContain('removed.txt');
    expect(remote.log(BRANCH)).toEqual(['PROJ-12: say hello', 'A rewritten change', 'First commit']);
  });

  it('shows a conflict in the work tree, and commits it once repaired', async () => {
    const remote = aRemote();
    const repository = await ours(remote, { 'src/sum.js': 'ours\n', 'a.txt': 'ours\n' });
    const theirs = remote.push(BRANCH, { 'src/sum.js': 'theirs\n' }, 'Theirs');

    const conflict = await rebaseOntoRemote(repository, BRANCH, signal);
    if (conflict.kind !== 'conflict') throw new Error(`expected a conflict, got ${conflict.kind}`);
    expect(conflict.files).toEqual(['src/sum.js']);
    const file = path.join(repository.workTree, 'src/sum.js');
    expect(readFileSync(file, 'utf8')).toMatch(/<<<<<<<[\s\S]*theirs[\s\S]*=======[\s\S]*ours[\s\S]*>>>>>>>/);
    expect(await continueRebase(repository, conflict, signal)).toEqual({ kind: 'unresolved', files: ['src/sum.js'] });

    writeFileSync(file, 'both\n');
    expect(await continueRebase(repository, conflict, signal)).toMatchObject({ kind: 'rebased', ontoSha: theirs });
    await pushBranch(repository, BRANCH, signal);
    expect(remote.show(BRANCH, 'src/sum.js')).toBe('both');
    expect(remote.show(BRANCH, 'a.txt')).toBe('ours');
    expect(remote.log(BRANCH)).toEqual(['PROJ-12: say hello', 'Theirs', 'First commit']);
  });

  it.each(['', '*.md conflict-marker-size=20\n'])(
    'takes a file that explains conflict markers for repaired, with attributes %j',
    async (attributes) => {
      const explains = '# Conflicts\n\n<<<<<<< HEAD\nyours\n=======\ntheirs\n>>>>>>> main\n';
      const remote = aRemote({ 'docs.md': `${explains}one\n`, '.gitattributes': attributes });
      const repository = await ours(remote, { 'docs.md': `${explains}ours\n` });
      remote.push(BRANCH, { 'docs.md': `${explains}theirs\n` }, 'Theirs');
      const conflict = await rebaseOntoRemote(repository, BRANCH, signal);
      if (conflict.kind !== 'conflict') throw new Error(`expected a conflict, got ${conflict.kind}`);

      expect(await continueRebase(repository, conflict, signal)).toMatchObject({ kind: 'unresolved' });
      write(repository, { 'docs.md': `${explains}both\n` });
      expect(await continueRebase(repository, conflict, signal)).toMatchObject({ kind: 'rebased' });
    },
  );

  it('goes back to our commit when the conflict is given up', async () => {
    const remote = aRemote();
    const repository = await ours(remote, { 'src/sum.js': 'ours\n' });
    remote.push(BRANCH, { 'src/sum.js': 'theirs\n' });
    const conflict = await rebaseOntoRemote(repository, BRANCH, signal);
    if (conflict.kind !== 'conflict') throw new Error(`expected a conflict, got ${conflict.kind}`);

    await abortRebase(repository, conflict, signal);

    expect(readFileSync(path.join(repository.workTree, 'src/sum.js'), 'utf8')).toBe('ours\n');
    expect((await listChanges(repository, signal)).changes).toEqual([]);
  });

  it('has nothing left when people made the same change', async () => {
    const remote = aRemote();
    const repository = await ours(remote, { 'a.txt': 'same\n' });
    const theirs = remote.push(BRANCH, { 'a.txt': 'same\n' });
    expect(await rebaseOntoRemote(repository, BRANCH, signal)).toEqual({ kind: 'nothing-left', headSha: theirs });
  });

  it('says that the branch is gone when it was deleted meanwhile', async () => {
    const remote = aRemote();
    remote.push(BRANCH, { 'b.txt': 'b\n' });
    const repository = await ours(remote, { 'a.txt': 'ours\n' });
    git(remote.bare, 'update-ref', '-d', `refs/heads/${BRANCH}`);
    await expect(rebaseOntoRemote(repository, BRANCH, signal)).rejects.toMatchObject({ code: 'branch-gone' });
  });
});

describe('reading history', () => {
  it('fetches the head of a merge request and knows where it began', async () => {
    const remote = aRemote();
    const began = remote.sha('main');
    const head = remote.push('feature', { 'src/sum.js': 'changed\n', 'odd "name\n.txt': 'x\n' });
    git(remote.bare, 'update-ref', 'refs/merge-requests/7/head', head);
    const later = remote.push('main', { 'later.txt': 'x\n' });
    const repository = await clone(remote);

    expect(await fetchCommit(repository, 'refs/merge-requests/7/head', {}, signal)).toBe(head);
    expect(await fetchCommit(repository, head, { depth: 1 }, signal)).toBe(head);
    expect(await findMergeBase(repository, later, head, signal)).toBe(began);
    expect(await isAncestor(repository, began, head, signal)).toBe(true);
    expect(await isAncestor(repository, later, head, signal)).toBe(false);

    const diff = await diffRange(repository, { from: began, to: head }, signal);
    expect(diff.truncated).toBe(false);
    expect(diff.text).toContain('diff --git "a/odd \\"name\\n.txt" "b/odd \\"name\\n.txt"');
    expect(diff.text).toContain('+changed\n');
    const short = await diffRange(repository, { from: began, to: head, maxBytes: 100 }, signal);
    expect(short.truncated).toBe(true);
    expect(diff.text.startsWith(short.text)).toBe(true);
    expect(short.text.endsWith('\n')).toBe(true);
  });

  it('takes a commit that looks like an option for a commit', async () => {
    const remote = aRemote();
    const repository = await clone(remote);
    const target = path.join(remote.directory, 'written');
    const failed = { code: 'git-failed' };
    await expect(diffRange(repository, { from: `--output=${target}`, to: 'HEAD' }, signal)).rejects.toMatchObject(
      failed,
    );
    await expect(listCommits(repository, `--output=${target}`, 'HEAD', signal)).rejects.toMatchObject(failed);
    await expect(fetchCommit(repository, `--upload-pack=touch ${target}`, {}, signal)).rejects.toMatchObject({
      code: 'branch-gone',
    });
    expect(existsSync(target)).toBe(false);
  });

  it('says that a ref is gone', async () => {
    const repository = await clone(aRemote());
    await expect(fetchCommit(repository, 'refs/merge-requests/9/head', {}, signal)).rejects.toMatchObject({
      code: 'branch-gone',
    });
  });
});

it.each([
  { name: 'a .git in another spelling', path: 'src/.Git/config' },
  { name: 'its short name of Windows', path: 'GIT~1/config' },
])('says which paths of a branch git refuses to write: $name', async ({ path: hostile }) => {
  const remote = aRemote();
  const blob = git(remote.bare, 'rev-parse', 'main:README.md');
  // No `git add` makes such a tree; another program may.
  let tree = '';
  let entry = `100644 blob ${blob}`;
  for (const part of hostile.split('/').toReversed()) {
    tree = execFileSync('git', ['mktree'], { cwd: remote.bare, input: `${entry}\t${part}\n`, encoding: 'utf8' }).trim();
    entry = `040000 tree ${tree}`;
  }
  const sha = git(remote.bare, 'commit-tree', tree, '-m', 'Hostile');
  git(remote.bare, 'update-ref', 'refs/heads/main', sha);
  await expect(clone(remote)).rejects.toMatchObject({ code: 'tree-refused', detail: hostile });
});
