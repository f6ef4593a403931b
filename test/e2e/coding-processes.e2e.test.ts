import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { BENCH_CREDENTIALS, prepareCodingRun } from '../../scripts/bench-tools/prepare-coding-run.ts';
import { type ServedServices, startServices } from '../../scripts/bench-tools/start-services.ts';

let folder: string;
let started: { services: ServedServices; close: () => Promise<void> };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cmap-processes-'));
  started = await startServices({ repository: { files: 30 }, issues: 1, ...BENCH_CREDENTIALS });
});
afterAll(async () => {
  await started.close();
  await rm(folder, { recursive: true, force: true });
});

it('starts thirteen processes for a run that changes a file, and the agent', async () => {
  const perform = await prepareCodingRun({
    services: started.services,
    folder,
    searchPath: process.env['PATH'] ?? '',
    isolation: { kind: 'none', reason: 'as many with it: a user of its own is changed to by the same process' },
  });
  const [issueKey = ''] = started.services.issueKeys;
  expect(await listStarted(() => perform(issueKey))).toEqual([
    // Two, because what it writes into the work tree is the agent's, and all else the runner's.
    'git clone',
    'git reset',
    // Answers for objects and refs.
    'git cat-file',
    'git ls-tree',
    '/bin/sh',
    'git status',
    // In an index of its own: git decides what may be a path.
    'git read-tree',
    'git update-index',
    'git write-tree',
    'git commit-tree',
    // Finds what was renamed, and what is binary.
    'git diff-tree',
    'git push',
    // A hundred times as fast as this process for the thousands of files of a work tree.
    'rm',
    // Of the session's home: it follows no link that an agent leaves in the place of a directory.
    'rm',
  ]);
});

/** The programs that this process starts, in order; of git also which command. */
async function listStarted(work: () => Promise<void>): Promise<string[]> {
  const children: ChildProcess[] = [];
  // Told of before it has its arguments. https://nodejs.org/api/diagnostics_channel.html, "Child Process".
  const note = (message: unknown) => children.push((message as { process: ChildProcess }).process);
  subscribe('child_process', note);
  try {
    await work();
  } finally {
    unsubscribe('child_process', note);
  }
  return children.map(({ spawnargs: [program = '', command] }) => (program === 'git' ? `git ${command}` : program));
}
