import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { waitUntil } from '../../test/wait-until.ts';
import { runValidate } from './run-validate.ts';

let workTree: string;
beforeEach(() => {
  workTree = mkdtempSync(path.join(tmpdir(), 'cmap-validate-'));
});
afterEach(() => rmSync(workTree, { recursive: true }));

function validate(command: string, clock: Clock = systemClock) {
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  return runValidate(
    { command, workTree, wrap: [], environment, timeoutMs: 600_000, maxOutputBytes: 1000 },
    { clock },
    new AbortController().signal,
  );
}

describe('runValidate', () => {
  it('ends what runs too long, also when it ignores TERM', async () => {
    const command = 'trap "" TERM; echo started; touch started; while true; do sleep 1; done';
    // The limit is reached when the command is seen to run, however long that takes.
    const sleep = () => waitUntil('the command runs', () => existsSync(path.join(workTree, 'started')));
    const report = await validate(command, { now: Date.now, sleep });
    expect(report).toMatchObject({ exitCode: null, timedOut: true, outputTail: 'started\n' });
  });

  it('leaves nothing behind that a command put into the background', async () => {
    const report = await validate('sleep 600 & echo $! > pid; echo done');
    expect(report).toMatchObject({ exitCode: 0, outputTail: 'done\n' });
    const pid = readFileSync(path.join(workTree, 'pid'), 'utf8').trim();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('does not wait for a process that left the group and holds the output open', async () => {
    const report = await validate(
      'setsid sh -c "echo \\$\\$ > pid; exec sleep 600" & while [ ! -s pid ]; do sleep 0.05; done; echo done',
    );
    expect(report.outputTail).toBe('done\n');
    process.kill(Number(readFileSync(path.join(workTree, 'pid'), 'utf8')), 'SIGKILL');
  });
});

function isRunning(pid: string): boolean {
  try {
    // A killed process that was not waited for yet is a zombie.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
