import { expect, it } from 'vitest';
import { TaskError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import { postEvent } from './post-event.ts';

const ADDRESS = 'https://hooks.example.com/services/very-secret-path';
const POST = {
  url: new Secret(ADDRESS),
  name: 'EVENTS_URL__TEAM_A',
  body: '{"id":"evt_1"}',
  headers: { 'webhook-id': 'evt_1' },
};

it('posts the body as it is, follows no redirect, and ends after a time', async () => {
  const sent: [unknown, RequestInit | undefined][] = [];
  await postEvent(POST, async (to, init) => {
    sent.push([to, init]);
    return new Response(null, { status: 202 });
  });
  expect(sent).toEqual([
    [
      ADDRESS,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
        body: '{"id":"evt_1"}',
        redirect: 'manual',
        signal: expect.any(AbortSignal),
      },
    ],
  ]);
});

it.each([
  { status: 302, code: 'events-url-wrong' },
  { status: 404, code: 'events-url-wrong' },
  { status: 410, code: 'events-url-wrong' },
  { status: 400, code: 'events-refused' },
  { status: 403, code: 'events-refused' },
  { status: 429, code: 'events-unavailable' },
  { status: 503, code: 'events-unavailable' },
])('says $code of the status $status, and nothing of the address or the answer', async ({ status, code }) => {
  const error = await postEvent(POST, async () => new Response('answer of the receiver', { status })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TaskError);
  expect(error).toMatchObject({ code, detail: expect.stringContaining(`EVENTS_URL__TEAM_A answered ${status}`) });
  expect(describe(error)).not.toMatch(/very-secret-path|answer of the receiver/);
});

it('says that there was no answer', async () => {
  const error = await postEvent(POST, () => Promise.reject(new TypeError('fetch failed'))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'events-unavailable', detail: 'EVENTS_URL__TEAM_A gave no answer' });
});

/** All of an error and its causes. */
function describe(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack} ${describe(error.cause)}` : String(error);
}
