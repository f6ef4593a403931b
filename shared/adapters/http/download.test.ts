import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { failureOf } from '../../../test/failure-of.ts';
import { type Download, download } from './download.ts';

const API = new URL('https://api.example/attachment/1');

interface Sent {
  url: string;
  headers: Record<string, string>;
}

/** Answers in turn, and keeps what it was sent. */
function connect(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const send = async (url: string | URL | Request, init?: RequestInit) => {
    sent.push({ url: String(url), headers: init?.headers as Record<string, string> });
    expect(init?.redirect).toBe('manual');
    const answer = answers.shift();
    if (!(answer instanceof Response)) throw answer;
    return answer;
  };
  const deps = { service: 'jira' as const, title: 'Jira', timeoutMs: 60_000, clock: createManualClock(), fetch: send };
  const get = (wanted: Partial<Download> = {}, signal?: AbortSignal) =>
    download(
      {
        url: API,
        path: 'attachment/1',
        headers: { authorization: 'Basic canary' },
        maxBytes: 10,
        mayLeadTo: ({ hostname }) => hostname.endsWith('.example'),
        ...wanted,
      },
      deps,
      signal,
    );
  return { get, sent };
}

const redirectTo = (location: string) => new Response(null, { status: 303, headers: { location } });

describe('download', () => {
  it('gives the bytes of one request', async () => {
    const { get, sent } = connect(new Response('0123456789'));
    expect(Buffer.from(await get()).toString()).toBe('0123456789');
    expect(sent).toEqual([
      { url: API.href, headers: { authorization: 'Basic canary', 'accept-encoding': 'identity' } },
    ]);
  });

  it('stops at the first byte too many, also where a smaller length was named', async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(4));
      },
    });
    const { get } = connect(new Response(endless, { headers: { 'content-length': '3' } }));
    expect(await failureOf(get())).toMatchObject({ code: 'jira-refused', detail: 'Jira sends more than it said' });
    expect(pulled).toBeLessThan(10);
  });

  it('takes its credential to no other host', async () => {
    const { get, sent } = connect(redirectTo('https://media.example/1?token=x'), redirectTo('/2'), new Response('ok'));
    await get();
    expect(sent.map(({ url, headers }) => [url, headers['authorization']])).toEqual([
      [API.href, 'Basic canary'],
      ['https://media.example/1?token=x', undefined],
      ['https://media.example/2', undefined],
    ]);
  });

  it('keeps it where the host stays the same', async () => {
    const { get, sent } = connect(redirectTo('/elsewhere'), new Response('ok'));
    await get();
    expect(sent[1]).toMatchObject({ url: 'https://api.example/elsewhere', headers: { authorization: 'Basic canary' } });
  });

  it.each([
    { name: 'an address that is not allowed', answers: [redirectTo('http://169.254.169.254/latest/meta-data')] },
    { name: 'no address', answers: [new Response(null, { status: 302 })] },
    { name: 'itself, for ever', answers: [1, 2, 3, 4, 5].map((at) => redirectTo(`https://media.example/${at}`)) },
  ])('does not follow a redirect to $name', async ({ answers }) => {
    const { get, sent } = connect(...answers);
    expect(await failureOf(get())).toMatchObject({
      code: 'jira-refused',
      detail: 'Jira sends it from an address that is not allowed',
    });
    expect(sent.length).toBeLessThanOrEqual(4);
  });

  it.each([
    { status: 401, code: 'jira-unauthorized' },
    { status: 403, code: 'jira-forbidden' },
    { status: 404, code: 'jira-not-found' },
    { status: 429, code: 'jira-rate-limited' },
    { status: 500, code: 'jira-unavailable' },
  ])('fails with $code after $status, at once', async ({ status, code }) => {
    const { get, sent } = connect(new Response('no', { status }));
    expect((await failureOf(get())).code).toBe(code);
    expect(sent).toHaveLength(1);
  });

  it('fails where there is no connection, or it breaks', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
    for (const answer of [new TypeError('fetch failed'), new Response(broken)])
      expect((await failureOf(connect(answer).get())).code).toBe('jira-unavailable');
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('the runner stops');
    const { get } = connect(new TypeError('aborted'));
    await expect(get({}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
