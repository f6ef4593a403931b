import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { systemClock } from '../../shared/kernel/clock.ts';
import { explainSkip } from '../../test/explain-skip.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { OWN_UIDS } from '../../test/own-uids.ts';
import { type AgentAccount, withAgentAccount } from '../agent/agent-account.ts';
import type { Isolation } from '../agent/isolation.ts';
import { openForReading, prepareForAgent, returnToRunner } from '../agent/ownership.ts';
import { runCommand } from '../agent/run-command.ts';
import { createTreeOwner } from '../agent/tree-owner.ts';
import { leaseUid } from '../agent/uid-lease.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import { exportCommit } from './export-commit.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { resetWorkTree } from './reset-work-tree.ts';

const signal = new AbortController().signal;
const RANGE: Isolation = { kind: 'uid-range', ...OWN_UIDS };
const FILES = { 'README.md': '# App\n', 'src/sum.js': 'a + b\n', 'src/deep/er/x.sh': 'exit 0\n' };
let remote: RemoteRepository;
let repository: Repository;

describe.skipIf(explainSkip('work trees that are kept for the agent', 'root-on-linux'))('a kept work tree', () => {
  beforeEach(async () => {
    remote = makeRemoteRepository(FILES);
    mkdirSync(path.join(remote.directory, 'runner'), { mode: 0o700 });
    const treeOwner = await createTreeOwner(RANGE);
    expect(treeOwner).toBeDefined();
    repository = await cloneRepository(
      makeGit(remote.directory, { treeOwner }),
      {
        remote: remote.remote,
        gitDir: path.join(remote.directory, 'runner', 'git'),
        workTree: path.join(remote.directory, 'tree'),
        branch: 'main',
        isForEditing: true,
      },
      signal,
    );
  });
  afterEach(() => remote.remove());

  const inTree = (name: string) => path.join(repository.workTree, name);
  const listFiles = () =>
    readdirSync(repository.workTree, { recursive: true, withFileTypes: true }).map((entry) =>
      path.join(entry.parentPath, entry.name),
    );

  /** What the agent's shell does to the tree, as in a session. */
  async function asAgent(script: string, look: (account: AgentAccount) => void = () => {}): Promise<void> {
    await withAgentAccount(RANGE, systemClock, async (account) => {
      await prepareForAgent(repository.workTree, account);
      look(account);
      const { file, args } = account.commandLine('/bin/sh', ['-ec', `cd ${repository.workTree}\n${script}`]);
      await runCommand(file, args);
      await returnToRunner(repository.workTree, account);
    });
  }

  it('is the agent’s from the clone on, and no untouched file changes by handing it over and back', async () => {
    const times = () =>
      Object.fromEntries(listFiles().map((file) => [file, lstatSync(file, { bigint: true }).ctimeNs]));
    const before = times();

    await asAgent('echo "a - b" >src/sum.js; chmod +x src/deep/er/x.sh; git --version >new.txt', ({ ids }) => {
      expect(new Set(listFiles().map((file) => lstatSync(file).uid))).toEqual(new Set([ids?.uid]));
    });

    const after = times();
    const touched = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(touched.map((file) => path.relative(repository.workTree, file)).sort()).toEqual([
      'new.txt',
      'src/deep/er/x.sh',
      'src/sum.js',
    ]);
    const { changes } = await listChanges(repository, signal);
    expect(changes.map((change) => change.path).sort()).toEqual(['new.txt', 'src/deep/er/x.sh', 'src/sum.js']);
  });

  it('hides no change whose size and time of writing are as before, in the second of the clone or later', async () => {
    const rewrite = (name: string, from: string, to: string) =>
      `touch -r ${name} /tmp/stamp-$$; sed "s/${from}/${to}/" ${name} >/tmp/new-$$; cat /tmp/new-$$ >${name}; touch -r /tmp/stamp-$$ ${name}`;
    const stamp = statSync(inTree('src/sum.js'), { bigint: true });

    await asAgent(rewrite('src/sum.js', '+', '-'));

    expect(statSync(inTree('src/sum.js'), { bigint: true })).toMatchObject({
      size: stamp.size,
      mtimeNs: stamp.mtimeNs,
    });
    expect((await listChanges(repository, signal)).changes).toMatchObject([{ path: 'src/sum.js', kind: 'modified' }]);

    // git compares whole seconds: from here on the index is younger than every file.
    await expect
      .poll(() => Math.floor(Date.now() / 1000))
      .toBeGreaterThan(Math.floor(statSync(inTree('README.md')).ctimeMs / 1000));
    git(repository.workTree, '--git-dir', repository.gitDir, 'update-index', '--force-write-index');
    await asAgent(rewrite('README.md', 'App', 'Xpp'));

    const { changes } = await listChanges(repository, signal);
    expect(changes.map((change) => change.path)).toEqual(['README.md', 'src/sum.js']);
    const message = { subject: 's', body: '', trailers: {}, author: { name: 'c', email: 'c@example.com' } };
    await commitChanges(repository, { ...message, changes }, signal);
    const show = (name: string) => git(remote.directory, '--git-dir', repository.gitDir, 'show', `HEAD:${name}`);
    expect([show('README.md'), show('src/sum.js')]).toEqual(['# Xpp', 'a - b']);
  });

  it('is closed to processes of its own user between sessions', async () => {
    await asAgent('true');
    const failure = withAgentAccount(RANGE, systemClock, async (account) => {
      const { file, args } = account.commandLine('/bin/cat', [inTree('README.md')]);
      await runCommand(file, args);
    });
    await expect(failure).rejects.toThrow('Permission denied');
  });

  it('stays the agent’s when the runner puts another commit into it', async () => {
    const sha = remote.push('main', { 'src/sum.js': 'a * b\n', 'src/more/y.js': 'y\n' });
    git(remote.directory, '--git-dir', repository.gitDir, 'fetch', '--quiet', remote.bare, 'main');
    await asAgent('echo new >new.txt');

    await resetWorkTree(repository, { sha }, signal);

    await asAgent('echo more >>src/more/y.js; chmod +x src/sum.js');
    expect(readFileSync(inTree('src/more/y.js'), 'utf8')).toBe('y\nmore\n');
  });

  it('is the runner’s for a session that may only look', async () => {
    await withAgentAccount(RANGE, systemClock, async (account) => {
      await openForReading(repository.workTree, account);
      const { file, args } = account.commandLine('/bin/sh', [
        '-c',
        `cat ${inTree('README.md')}; echo x >${inTree('README.md')}`,
      ]);
      await expect(runCommand(file, args)).rejects.toThrow('Permission denied');
    });
    expect(new Set(listFiles().map((file) => lstatSync(file).uid))).toEqual(new Set([0]));
    // It may follow that a session changes it.
    await asAgent('echo x >README.md');
    expect(readFileSync(inTree('README.md'), 'utf8')).toBe('x\n');
  });

  it('goes to another user of the range as a whole, and back to the runner', async () => {
    const preferred = OWN_UIDS.first + (process.pid % OWN_UIDS.count);
    const taken = await leaseUid({ first: preferred, count: 1 });
    try {
      await asAgent('echo x >README.md', ({ ids }) => expect(ids?.uid).not.toBe(preferred));
      expect(new Set(listFiles().map((file) => lstatSync(file).uid))).toEqual(new Set([0]));
    } finally {
      await taken.release();
    }
  });

  it('is written by the runner while its user works for another one, and is handed over whole after that', async () => {
    const taken = await leaseUid({ first: OWN_UIDS.first + (process.pid % OWN_UIDS.count), count: 1 });
    const sha = remote.push('main', { 'src/sum.js': 'a * b\n' });
    git(remote.directory, '--git-dir', repository.gitDir, 'fetch', '--quiet', remote.bare, 'main');
    await resetWorkTree(repository, { sha }, signal).finally(() => taken.release());

    await asAgent('echo x >>src/sum.js; echo x >>README.md');
    expect(readFileSync(inTree('src/sum.js'), 'utf8')).toBe('a * b\nx\n');
  });

  it('is what validate gets, with the git directory closed to it', async () => {
    const directory = path.join(remote.directory, 'validation');
    await exportCommit(repository, 'HEAD', directory, signal);
    const ctime = lstatSync(path.join(directory, 'README.md'), { bigint: true }).ctimeNs;

    await withAgentAccount(RANGE, systemClock, async (account) => {
      await prepareForAgent(directory, account);
      const { file, args } = account.commandLine('/bin/sh', [
        '-ec',
        `cd ${directory}; echo x >>src/sum.js; mkdir made`,
      ]);
      await runCommand(file, args);
      const look = account.commandLine('/bin/ls', [repository.gitDir]);
      await expect(runCommand(look.file, look.args)).rejects.toThrow('Permission denied');
      await returnToRunner(directory, account);
    });

    expect(lstatSync(path.join(directory, 'README.md'), { bigint: true }).ctimeNs).toBe(ctime);
  });
});

it('keeps nothing where the agent has no user of its own', async () => {
  expect(await createTreeOwner({ kind: 'none', reason: 'a test' })).toBeUndefined();
});
