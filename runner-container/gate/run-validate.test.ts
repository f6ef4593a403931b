import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, vi } from 'vitest';

import { MINUTE } from '../../shared/kernel/clock.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { runValidate, type ValidateRequest } from './run-validate.ts';

const workTree = realpathSync(tmpdir());

function validate(
  command: string,
  overrides: Partial<ValidateRequest> = {},
  { clock = createManualClock(), signal = new AbortController().signal } = {},
) {
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', GREETING: 'hello' };
  const request = { command, workTree, wrap: [], environment, timeoutMs: 15 * MINUTE, maxOutputBytes: 100_000 };
  return runValidate({ ...request, ...overrides }, { clock }, signal);
}

it('runs in the work tree, and reports the exit code and what was said', async () => {
  expect(await validate('pwd; exit 3')).toEqual({
    exitCode: 3,
    outputTail: `${workTree}\n`,
    timedOut: false,
  });
});

it('ends with the first of several lines that fails', async () => {
  const { exitCode, outputTail } = await validate('echo lint\nfalse\necho tests\n');
  expect({ exitCode, outputTail }).toEqual({ exitCode: 1, outputTail: 'lint\n' });
  expect(await validate('false || true\nif false; then :; fi\necho tests')).toMatchObject({ exitCode: 0 });
});

it('runs with the given environment only, and keeps what is said as an error', async () => {
  const { outputTail } = await validate('echo "$GREETING" >&2; env | cut -d= -f1');
  expect(outputTail).toContain('hello\n');
  expect(outputTail).not.toMatch(/HOME|VITEST|npm_/);
});

it('goes through the wrapper', async () => {
  const { outputTail } = await validate('echo "$WRAPPED"', { wrap: ['/usr/bin/env', 'WRAPPED=yes'] });
  expect(outputTail).toBe('yes\n');
});

it.each([
  { maxOutputBytes: 200, outputTail: '1\n2\n3\nend\n' },
  { maxOutputBytes: 10, outputTail: '1\n2\n3\nend\n' },
  { maxOutputBytes: 9, outputTail: '\n2\n3\nend\n' },
])('keeps the last $maxOutputBytes bytes of output', async ({ maxOutputBytes, outputTail }) => {
  // The last word comes as a piece of its own.
  const report = await validate('printf "1\\n2\\n3\\n"; /bin/echo end', { maxOutputBytes });
  expect(report.outputTail).toBe(outputTail);
});

it('keeps the end of output that comes in many pieces', async () => {
  const report = await validate('yes line | head -n 100000; echo the end', { maxOutputBytes: 100 });
  expect(report).toMatchObject({ exitCode: 0 });
  expect(report.outputTail).toBe(`${'line\n'.repeat(20)}the end\n`.slice(-100));
});

it('says that the time was over', async () => {
  const clock = createManualClock();
  const report = validate('exec sleep 600', {}, { clock });
  await vi.waitFor(() => expect(clock.sleepers()).toBe(1));
  await clock.advance(15 * MINUTE);
  expect(await report).toEqual({ exitCode: null, outputTail: '', timedOut: true });
});

it('ends with the reason of an abort', async () => {
  const reason = new Error('lease lost');
  await expect(validate('sleep 600', {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it('says that the wrapper does not exist', async () => {
  await expect(validate('true', { wrap: ['/no/such/program'] })).rejects.toMatchObject({
    code: 'unexpected',
    detail: 'the validate command could not be started',
    cause: { code: 'ENOENT' },
  });
});
