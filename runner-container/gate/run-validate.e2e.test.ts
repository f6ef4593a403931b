import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { runValidate, type ValidateRequest } from './run-validate.ts';

let workTree: string;
beforeEach(() => {
  workTree = mkdtempSync(path.join(tmpdir(), 'cmap-validate-'));
});
afterEach(() => rmSync(workTree, { recursive: true }));

function validate(
  command: string,
  { clock = systemClock, ...overrides }: Partial<ValidateRequest & { clock: Clock }> = {},
  signal = new AbortController().signal,
) {
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', GREETING: 'hello' };
  return runValidate({ command, workTree, wrap: [], environment, timeoutMs: 600_000, ...overrides }, { clock }, signal);
}

describe('runValidate', () => {
  it('runs in the work tree with the given environment only, and reports the exit code and what was said', async () => {
    const report = await validate('pwd; echo "$GREETING" >&2; env | cut -d= -f1 | sort | tr "\\n" " "; exit 3');
    expect(report).toMatchObject({ exitCode: 3, timedOut: false, outputCut: false });
    expect(report.outputTail).toContain(workTree);
    expect(report.outputTail).toContain('hello');
    expect(report.outputTail).not.toMatch(/HOME|VITEST|npm_/);
  });

  it('goes through the wrapper', async () => {
    const report = await validate('echo "$WRAPPED"', { wrap: ['/usr/bin/env', 'WRAPPED=yes'] });
    expect(report.outputTail).toBe('yes\n');
  });

  it('keeps the end of long output', async () => {
    const report = await validate('yes line | head -n 100000; echo the end', { maxOutputBytes: 100 });
    expect(report).toMatchObject({ exitCode: 0, outputCut: true });
    expect(report.outputTail).toHaveLength(100);
    expect(report.outputTail).toMatch(/the end\n$/);
  });

  it('ends what runs too long, also when it ignores TERM', async () => {
    const command = 'trap "" TERM; echo started; touch started; while true; do sleep 1; done';
    // The limit is reached when the command is seen to run, however long that takes.
    const sleep = () => expect.poll(() => existsSync(path.join(workTree, 'started')), { timeout: 0 }).toBe(true);
    const report = await validate(command, { clock: { now: Date.now, sleep: async () => sleep() } });
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

  it('ends with the reason of an abort', async () => {
    const reason = new Error('claim lost');
    await expect(validate('sleep 600', {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('says that a wrapper does not exist', async () => {
    await expect(validate('true', { wrap: ['/no/such/program'] })).rejects.toMatchObject({ code: 'unexpected' });
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
