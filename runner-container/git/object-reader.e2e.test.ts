import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { systemClock } from '../../shared/kernel/clock.ts';
import { createImpatientClock } from '../../test/doubles/impatient-clock.ts';
import { explainSkip } from '../../test/explain-skip.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { cloneRepository } from './clone-repository.ts';
import type { Repository } from './git.ts';
import { readObjects } from './object-reader.ts';
import { resolveCommits, resolveObject } from './resolve-commits.ts';
import { writeRef } from './write-ref.ts';

const signal = new AbortController().signal;
const ODD = Buffer.from('a\nblob 3\n\0\nb');
let remote: RemoteRepository;
let repository: Repository;

beforeEach(async () => {
  remote = makeRemoteRepository({ 'odd.bin': ODD, 'empty.txt': '', 'large.txt': 'x'.repeat(3_000_000) });
  repository = await cloneRepository(
    makeGit(remote.directory, {
      // However long a test takes for its next question, its reader waits for it.
      clock: createImpatientClock(),
      environment: { PATH: `${countGit()}:${process.env['PATH']}` },
    }),
    {
      remote: remote.remote,
      gitDir: path.join(remote.directory, 'git'),
      workTree: path.join(remote.directory, 'tree'),
      branch: 'main',
    },
    signal,
  );
});
afterEach(() => remote.remove());

/** A directory with a git that writes down how often it was started to answer questions. */
function countGit(): string {
  const bin = path.join(remote.directory, 'bin');
  mkdirSync(bin);
  const real = git(remote.directory, '--exec-path');
  const script = `#!/bin/sh\n[ "$1" = cat-file ] && echo $$ >>'${bin}/starts'\nexec '${real}/git' "$@"\n`;
  writeFileSync(path.join(bin, 'git'), script);
  chmodSync(path.join(bin, 'git'), 0o755);
  return bin;
}

function listStarts(): string[] {
  const file = path.join(remote.directory, 'bin', 'starts');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

const inGit = (...args: string[]) => git(remote.directory, '--git-dir', repository.gitDir, ...args);

describe.skipIf(explainSkip('the reader of objects', 'not-windows'))('one process for many questions', () => {
  it('answers in order, byte for byte, and says of what is missing that it is', async () => {
    const names = ['HEAD:odd.bin', 'HEAD:none', '0'.repeat(40), 'HEAD:empty.txt', 'HEAD:large.txt', 'HEAD:odd.bin'];

    const answers = await readObjects(repository, 'contents', names, signal);

    expect(answers.map((answer) => answer?.sizeBytes)).toEqual([12, undefined, undefined, 0, 3_000_000, 12]);
    expect(answers[0]?.content).toEqual(ODD);
    expect(answers[5]).toEqual(answers[0]);
    expect(answers[4]?.content.equals(Buffer.from('x'.repeat(3_000_000)))).toBe(true);
    expect(await readObjects(repository, 'info', ['HEAD', 'HEAD:odd.bin'], signal)).toMatchObject([
      { oid: inGit('rev-parse', 'HEAD'), type: 'commit' },
      { oid: inGit('rev-parse', 'HEAD:odd.bin'), type: 'blob', sizeBytes: 12 },
    ]);
    expect(listStarts()).toHaveLength(1);
  });

  it('knows what came into the clone since the last question, and gives each of many askers its answer', async () => {
    const before = await resolveObject(repository, 'HEAD^{commit}', signal);
    const oid = git(remote.directory, '--git-dir', repository.gitDir, 'commit-tree', 'HEAD^{tree}', '-m', 'x');
    await writeRef(repository, 'refs/cmap/remote', oid);

    const answers = await Promise.all([
      resolveCommits(repository, ['refs/cmap/remote', 'refs/cmap/none'], signal),
      resolveCommits(repository, ['HEAD', oid], signal),
    ]);

    expect(answers).toEqual([
      [oid, undefined],
      [before, oid],
    ]);
    expect(listStarts()).toHaveLength(1);
  });

  it('is another one after an abort or its own end, so that no answer is taken for that of another question', async () => {
    await readObjects(repository, 'info', ['HEAD'], signal);
    // Stopped, so that it cannot answer before the abort.
    process.kill(Number(listStarts()[0]), 'SIGSTOP');
    const abort = new AbortController();
    const question = readObjects(repository, 'contents', ['HEAD:large.txt'], abort.signal);
    await setImmediate();
    abort.abort(new Error('enough'));
    await expect(question).rejects.toThrow('enough');
    expect(await readObjects(repository, 'contents', ['HEAD:odd.bin'], signal)).toMatchObject([{ content: ODD }]);

    process.kill(Number(listStarts()[1]), 'SIGKILL');
    await expect.poll(() => isAlive(Number(listStarts()[1]))).toBe(false);
    expect(await readObjects(repository, 'info', ['HEAD'], signal)).toMatchObject([{ type: 'commit' }]);
  });

  it('ends when no question comes for two seconds', async () => {
    repository = { ...repository, git: { ...repository.git, clock: systemClock } };
    await readObjects(repository, 'info', ['HEAD'], signal);
    await expect.poll(() => isAlive(Number(listStarts()[0]))).toBe(false);
  });

  it('refuses a name of two lines, and asks nothing for no names', async () => {
    await expect(readObjects(repository, 'info', ['HEAD\ninfo HEAD'], signal)).rejects.toMatchObject({
      code: 'git-failed',
    });
    expect(await readObjects(repository, 'info', [], signal)).toEqual([]);
    expect(listStarts()).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
