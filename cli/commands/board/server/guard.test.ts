import { beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../../test/doubles/stepped-clock.ts';
import { createBoard } from '../read/board.ts';
import { createBoardApp } from './create-board-app.ts';

const OWN = 'http://127.0.0.1:8700';
const COOKIE = 'cmap-board-8700=right-token';
let app: ReturnType<typeof createBoardApp>;

beforeEach(() => {
  const clock = createSteppedClock();
  const board = createBoard({
    tools: createMemoryTools({ storage: createMemoryStorage({ clock }), mappings: { PROJ: { repo: 'group/app' } } }),
    env: {},
    clock,
  });
  const ended = new AbortController().signal;
  app = createBoardApp({ board, token: new Secret('right-token'), port: 8700, ended });
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  Promise.resolve(app.fetch(new Request(`${OWN}${path}`, { method, headers: { host: '127.0.0.1:8700', ...headers } })));

describe('the board lets in', () => {
  it('who has the token, and keeps it in a cookie that scripts and other sites do not get', async () => {
    const answer = await ask('/?token=right-token');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBe(`${COOKIE}; Path=/; HttpOnly; SameSite=Strict`);
    expect(await answer.text()).not.toContain('right-token');
  });

  it.each(['127.0.0.1:8700', 'localhost:8700'])('who has the cookie, at %s', async (host) => {
    expect((await ask('/runs', { host, cookie: COOKIE })).status).toBe(200);
  });
});

describe('the board refuses', () => {
  it.each([
    { name: 'a request without a token', path: '/runs', headers: {} },
    { name: 'a wrong token', path: '/?token=wrong', headers: {} },
    { name: 'a wrong cookie', path: '/runs', headers: { cookie: 'cmap-board-8700=wrong' } },
    { name: 'the cookie of a board at another port', path: '/runs', headers: { cookie: 'cmap-board-1=right-token' } },
    { name: 'style and script without a token', path: '/board.js', headers: {} },
    { name: 'another host name', path: '/runs', headers: { cookie: COOKIE, host: 'evil.example:8700' } },
    { name: 'another port in the host', path: '/runs', headers: { cookie: COOKIE, host: '127.0.0.1:80' } },
    { name: 'a host name with the right token', path: '/?token=right-token', headers: { host: 'evil.example:8700' } },
    { name: 'another origin', path: '/runs', headers: { cookie: COOKIE, origin: 'https://evil.example' } },
    { name: 'another port as origin', path: '/runs', headers: { cookie: COOKIE, origin: 'http://127.0.0.1:1' } },
    { name: 'an origin that is hidden', path: '/runs', headers: { cookie: COOKIE, origin: 'null' } },
    {
      name: 'a script of another server of this machine',
      path: '/runs/live',
      headers: { cookie: COOKIE, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    },
  ])('$name', async ({ path, headers }) => {
    const answer = await ask(path, headers);

    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.text()).toContain('This page is not shown');
  });

  it.each([
    { name: 'names no origin', headers: { cookie: COOKIE } },
    { name: 'names another origin', headers: { cookie: COOKIE, origin: 'https://evil.example' } },
    { name: 'has the token in its address only', path: '/?token=right-token', headers: { origin: OWN } },
  ])('a POST that $name', async ({ path = '/runs/run-1/retry', headers }) => {
    expect((await ask(path, headers, 'POST')).status).toBe(403);
  });
});

it.each([
  ['a page', '/runs', { cookie: COOKIE }],
  ['a refusal', '/runs', {}],
  ['an address that is none', '/nothing', { cookie: COOKIE }],
])('%s forbids inline script, frames and every other machine', async (_name, path, headers) => {
  const answer = await ask(path, headers);

  expect(answer.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.text()).not.toMatch(
    /<script(?! src="\/board\.js")|\son\w+=|\sstyle=|https?:\/\/(?!www\.w3\.org)/,
  );
});
