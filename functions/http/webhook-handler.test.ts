import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';

import { silentMetrics } from '../../shared/adapters/telemetry/metrics.ts';
import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createWebhookHandler, type WebhookHandlerDeps } from './webhook-handler.ts';

function createFixture(handle: WebhookHandlerDeps['handle']) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const failed: unknown[] = [];
  const metrics = { ...silentMetrics, webhookFailed: (labels: object) => void failed.push(labels) };
  const verify = () => ({ verified: true }) as const;
  const handler = createWebhookHandler({ source: 'jira', verify, handle, clock, log, metrics });
  const send = async (body: Uint8Array | string = '{}', headers: Record<string, string> = {}) => {
    const bytes = Buffer.from(body);
    const request = new HttpRequest({ method: 'POST', url: 'http://localhost/', headers, body: { bytes } });
    return (await handler(request, new InvocationContext())) as HttpResponseInit; // it answers with an init object
  };
  return { send, clock, lines: log.lines, failed };
}

describe('a body', () => {
  it('with a byte order mark is handed on without it, and verified as it came', async () => {
    const { send } = createFixture(async ({ text, rawBody }) => ({ noted: `${text} of ${rawBody.length} bytes` }));
    expect(await send('\u{feff}{"a":1}')).toMatchObject({ status: 202, jsonBody: { noted: '{"a":1} of 10 bytes' } });
  });

  it.each(['gzip', 'br', 'gzip, identity', 'zstd'])('in %s is refused with 415 and a log line', async (encoding) => {
    const { send, lines, failed } = createFixture(async () => ({ noted: 'read' }));
    expect(await send('x', { 'content-encoding': encoding })).toMatchObject({
      status: 415,
      jsonBody: { error: 'content-encoding-unsupported' },
    });
    const fields = { source: 'jira', reason: 'content-encoding', sender: 'unknown' };
    expect(lines).toEqual([{ level: 'warn', event: 'webhook refused', fields }]);
    expect(failed).toEqual([{ source: 'jira', reason: 'content-encoding' }]);
  });

  it.each(['', 'identity', 'Identity'])('that names the encoding "%s" is read', async (encoding) => {
    const { send } = createFixture(async () => ({ noted: 'read' }));
    expect(await send('{}', { 'content-encoding': encoding })).toMatchObject({ status: 202 });
  });
});

describe('a delivery that fails', () => {
  it.each([
    { name: 'a task too large for the queue', error: new TaskError('task-too-large'), status: 200, level: 'error' },
    { name: 'storage that is away', error: new TaskError('storage-unavailable'), status: 503, level: 'warn' },
    { name: 'a credential that is refused', error: new TaskError('jira-unauthorized'), status: 503, level: 'warn' },
    { name: 'a bug', error: new Error('bug'), status: 500, level: 'error' },
  ])('because of $name is answered $status, with one line of level $level', async ({ error, status, level }) => {
    const { send, lines } = createFixture(() => Promise.reject(error));
    expect(await send()).toMatchObject({ status });
    expect(lines).toMatchObject([{ level, fields: { source: 'jira', error } }]);
  });

  it('to end within 8 seconds is answered 503, and the next one is not', async () => {
    let hangs = true;
    const { send, clock, failed } = createFixture(() =>
      hangs ? new Promise(() => {}) : Promise.resolve({ noted: 'x' }),
    );
    let answer: HttpResponseInit | undefined;
    const sent = send().then((given) => {
      answer = given;
    });
    await clock.advance(8 * SECOND - 1);
    expect(answer).toBeUndefined();
    await clock.advance(1);
    await sent;
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' }, jsonBody: { error: 'too-late' } });
    expect(failed).toEqual([{ source: 'jira', reason: 'too-late' }]);

    hangs = false;
    expect(await send()).toMatchObject({ status: 202 });
    expect(clock.sleepers()).toBe(0);
  });
});
