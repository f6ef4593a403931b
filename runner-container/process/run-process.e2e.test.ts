import { expect, it } from 'vitest';

import { MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { createJumpingClock } from '../../test/doubles/jumping-clock.ts';
import { type ProcessRequest, runProcess } from './run-process.ts';

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
const signal = new AbortController().signal;

function shell(script: string, overrides: Partial<ProcessRequest> = {}) {
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer) => {
    chunks.push(chunk);
    return 'more' as const;
  };
  const request = {
    command: 'sh',
    args: ['-c', script],
    environment,
    timeoutMs: 10 * MINUTE,
    onStdout: collect,
    onStderr: collect,
    ...overrides,
  };
  return { request, output: () => Buffer.concat(chunks).toString('utf8') };
}

it('hands over input and output whole', async () => {
  const input = 'x'.repeat(3_000_000);
  const { request, output } = shell('cat', { input });
  expect(await runProcess(request, systemClock, signal)).toEqual({ ending: 'exit', exitCode: 0 });
  expect(output()).toBe(input);
});

it.each([10, 150_000])('loses none of the last %i bytes where it was too busy to read them in time', async (bytes) => {
  // The wait for the pipes is over as soon as the exit is seen.
  const forever = new Promise<void>(() => {});
  const clock = { now: Date.now, sleep: async (ms: number) => (ms < MINUTE ? undefined : forever) };
  const runs = Array.from({ length: 25 }, async () => {
    const { request, output } = shell(`head -c ${bytes} /dev/zero`);
    await runProcess(request, clock, signal);
    return output().length;
  });
  expect(new Set(await Promise.all(runs))).toEqual(new Set([bytes]));
});

it('does not mind a program that ignores its input', async () => {
  const { request } = shell('exit 4', { input: 'x'.repeat(3_000_000) });
  expect(await runProcess(request, systemClock, signal)).toEqual({ ending: 'exit', exitCode: 4 });
});

it('ends a program that says too much', async () => {
  const { request } = shell('yes', { onStdout: () => 'stop' });
  expect(await runProcess(request, systemClock, signal)).toEqual({ ending: 'output-too-large', exitCode: null });
});

it('uses KILL when TERM is ignored', async () => {
  const clock = createJumpingClock();
  let output = '';
  const { request } = shell('trap "echo asked" TERM; echo ready; while true; do sleep 0.05; done', {
    timeoutMs: 10 * MINUTE,
    graceMs: 10 * MINUTE,
    onStdout(chunk) {
      output += String(chunk);
      // Time is up when the trap is set, and the grace is over when it has answered.
      if (/(ready|asked)\n$/.test(output)) setImmediate(() => clock.jump(10 * MINUTE));
      return 'more';
    },
  });
  expect(await runProcess(request, clock, signal)).toEqual({ ending: 'timed-out', exitCode: null });
  expect(output).toBe('ready\nasked\n');
});

it('reports an abort, before and during the run', async () => {
  const { request } = shell('sleep 600');
  expect(await runProcess(request, systemClock, AbortSignal.abort())).toEqual({ ending: 'aborted', exitCode: null });
  const abort = new AbortController();
  const started = shell('echo started; sleep 600', {
    onStdout: () => {
      abort.abort();
      return 'more';
    },
  });
  expect(await runProcess(started.request, systemClock, abort.signal)).toEqual({ ending: 'aborted', exitCode: null });
});

it('throws when there is no such program', async () => {
  const { request } = shell('', { command: '/no/such/program' });
  await expect(runProcess(request, systemClock, signal)).rejects.toMatchObject({ code: 'ENOENT' });
});
