import { expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { RETRY } from '../../kernel/retry.ts';
import { Secret } from '../../kernel/secret.ts';
import { createHttpClient } from './create-http-client.ts';

function createClient(fetch: typeof globalThis.fetch, said = '') {
  return createHttpClient({
    service: 'gitlab',
    title: 'GitLab',
    urlSetting: 'GITLAB_URL',
    token: new Secret('correct-horse-battery'),
    headers: {},
    readRefusal: () => said,
    policy: { ...RETRY.gitlabRequest, maxAttempts: 1 },
    timeoutMs: 1000,
    clock: systemClock,
    log: silentLog,
    fetch,
  });
}

function refusedWith(said: string) {
  const send = createClient(async () => new Response('{}', { status: 422 }), said);
  const url = new URL('http://gitlab.example/api/v4/user');
  return send({ method: 'GET', path: 'user', url, repeat: 'never' }).catch((error: unknown) => error);
}

it('what a service says is on one line and short', async () => {
  expect(await refusedWith('two\nlines\u0000\u001b[31m')).toMatchObject({ detail: 'two lines [31m' });
  expect(await refusedWith('x'.repeat(999))).toMatchObject({ detail: `${'x'.repeat(300)}…` });
});

it.each([
  { name: 'our token', secret: 'correct-horse-battery' },
  { name: 'a text that looks like a token', secret: `glpat-${'a1B2'.repeat(8)}` },
])('$name across the cut is masked before it is cut', async ({ secret }) => {
  for (let before = 300 - secret.length; before <= 300; before += 1) {
    const { detail } = (await refusedWith(`${'.'.repeat(before - 1)} ${secret} and more`)) as { detail: string };
    expect(detail).not.toContain(secret.slice(0, 8));
  }
});

it('keeps the end of a text, however long it is, also where a character is cut', async () => {
  const chunk = new TextEncoder().encode('é'.repeat(50_000));
  let sent = 0;
  const long = () =>
    new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 200) {
          controller.enqueue(new TextEncoder().encode('the end'));
          controller.close();
        } else controller.enqueue(chunk);
      },
    });
  const send = createClient(async () => new Response(long(), { status: 200 }));
  const url = new URL('http://gitlab.example/api/v4/projects/7/jobs/1/trace');
  const { body } = await send({ method: 'GET', path: 'trace', url, repeat: 'never', tailBytes: 12 });
  expect(body).toBe('éééthe end'.slice(1));
});
