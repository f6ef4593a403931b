import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/kernel/clock.ts';
import { explainSkip } from '../../test/explain-skip.ts';
import { OWN_UIDS } from '../../test/own-uids.ts';
import { type AgentAccount, withAgentAccount } from './agent-account.ts';
import { describeIsolation, findIsolation, type Isolation } from './isolation.ts';
import { prepareForAgent, returnToRunner } from './ownership.ts';
import { reachableRuntime } from './reachable-runtime.ts';
import { removeTree } from './remove-tree.ts';
import { runCommand } from './run-command.ts';
import { listSessionProcesses } from './session-processes.ts';
import { leaseUid } from './uid-lease.ts';

const isBusy = async ({ ids }: AgentAccount) =>
  ids !== undefined && (await listSessionProcesses({ uid: ids.uid })).length > 0;
const RANGE: Isolation = { kind: 'uid-range', ...OWN_UIDS };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
});
afterEach(() => removeTree(folder));

it.skipIf(explainSkip('leases of user ids', 'linux'))(
  'gives each lease another user id, and the id back afterwards',
  async () => {
    const range = { ...OWN_UIDS, count: 2 };
    const [one, other] = [await leaseUid(range), await leaseUid(range)];

    expect(new Set([one.uid, other.uid]).size).toBe(2);
    await expect(leaseUid(range)).rejects.toMatchObject({ code: 'agent-crashed' });

    await one.release();
    const again = await leaseUid(range);
    expect(again.uid).toBe(one.uid);
    for (const lease of [again, other]) await lease.release();
  },
);

it('says in one line when there is no isolation, and why', async () => {
  const isolation = await findIsolation({ user: 'nobody-has-this-name' });

  expect(describeIsolation(isolation)).toEqual({
    isolation: 'none',
    text: 'the agent runs as the same user as the runner: there is no user nobody-has-this-name',
  });
});

it.skipIf(explainSkip('the choice of an account', 'root'))(
  'prefers a named account, and takes the range when there is none',
  async () => {
    expect(await findIsolation({ user: 'nobody', uids: OWN_UIDS })).toMatchObject({ kind: 'user', name: 'nobody' });
    expect(await findIsolation({ user: 'nobody-has-this-name', uids: OWN_UIDS })).toEqual(RANGE);
  },
);

describe.skipIf(explainSkip('agent accounts', 'root'))('as root', () => {
  it('hands a work tree over and takes it back', async () => {
    const tree = path.join(folder, 'tree');
    await mkdir(path.join(tree, 'src'), { recursive: true });
    await writeFile(path.join(tree, 'src', 'a.txt'), 'before');

    await withAgentAccount(RANGE, systemClock, async (account) => {
      await prepareForAgent(tree, account);
      const edit = account.commandLine('/bin/sh', ['-c', `echo after > ${tree}/src/a.txt`]);
      await runCommand(edit.file, edit.args);
      expect((await stat(tree)).mode & 0o777).toBe(0o700);
      await returnToRunner(tree, account);
    });

    expect(await readFile(path.join(tree, 'src', 'a.txt'), 'utf8')).toBe('after\n');
    expect((await stat(path.join(tree, 'src', 'a.txt'))).uid).toBe(0);
  });

  it('does not hand over a file that has another name elsewhere', async () => {
    const tree = path.join(folder, 'tree');
    await mkdir(tree);
    await writeFile(path.join(folder, 'elsewhere'), 'not the agent’s');
    await runCommand('ln', [path.join(folder, 'elsewhere'), path.join(tree, 'a')]);

    await withAgentAccount(RANGE, systemClock, (account) => prepareForAgent(tree, account));

    expect((await stat(path.join(folder, 'elsewhere'))).uid).toBe(0);
  });

  it('says which directory is in the way', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(path.join(closed, 'between', 'tree'), { recursive: true });
    await chmod(closed, 0o700);

    const attempt = withAgentAccount(RANGE, systemClock, (account) =>
      prepareForAgent(path.join(closed, 'between', 'tree'), account),
    );

    await expect(attempt).rejects.toThrow(`The agent's user cannot pass ${closed}`);
  });

  it('ends every process of the user and removes what it left for others to find', async () => {
    let left = '';
    await withAgentAccount(RANGE, systemClock, async (account) => {
      left = `/dev/shm/cmap-test-${account.ids?.uid}`;
      const script = `echo planted > ${left}; setsid sleep 6004 >/dev/null 2>&1 &`;
      const { file, args } = account.commandLine('/bin/sh', ['-c', script]);
      await runCommand(file, args);
      await expect.poll(() => isBusy(account)).toBe(true);
    });

    await withAgentAccount(RANGE, systemClock, async (account) => expect(await isBusy(account)).toBe(false));
    await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('copies a runtime that lies in a closed directory to where the user can start it', async () => {
    const installed = path.join(folder, 'closed', 'package', 'prebuilds', 'linux');
    const home = path.join(folder, 'home');
    await mkdir(installed, { recursive: true });
    await mkdir(home);
    await writeFile(path.join(installed, 'runtime'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    await chmod(path.join(folder, 'closed'), 0o700);
    await chmod(folder, 0o711);

    await withAgentAccount(RANGE, systemClock, async (account) => {
      const found = await reachableRuntime(path.join(installed, 'runtime'), home, account);
      const { file, args } = account.commandLine(found, []);
      expect(found).toBe(path.join(home, 'runtime', 'prebuilds', 'linux', 'runtime'));
      await expect(runCommand(file, args)).resolves.toBe('');
    });
  });
});

it('deletes directories that are nested deeper than a path can be long', async () => {
  const deep = path.join(folder, 'deep');
  await mkdir(deep);
  const script = 'cd "$0"; n=$(printf "%0200d" 0); for i in $(seq 40); do mkdir $n; cd $n; done; echo x >file';
  await runCommand('/bin/bash', ['-c', script, deep]);

  await removeTree(deep);

  await expect(stat(deep)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('deletes directories that were made read-only', async () => {
  const cache = path.join(folder, 'cache');
  await mkdir(path.join(cache, 'inner'), { recursive: true });
  await writeFile(path.join(cache, 'inner', 'a'), '');
  await chmod(path.join(cache, 'inner'), 0o500);

  await removeTree(cache);

  await expect(stat(cache)).rejects.toMatchObject({ code: 'ENOENT' });
  await rm(cache, { force: true });
});
