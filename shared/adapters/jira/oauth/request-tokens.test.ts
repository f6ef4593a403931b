import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import { Secret } from '../../../kernel/secret.ts';
import { createRequester } from '../requester.ts';
import { createRequestTokens } from './request-tokens.ts';

const APP = {
  tokenUrl: 'https://auth.example.com/oauth/token',
  clientId: 'client',
  clientSecret: new Secret('secret-of-a-test'),
};
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const GOOD = { access_token: 'new-access', refresh_token: 'new-refresh', expires_in: 3600, token_type: 'Bearer' };

/** Answers in turn, and keeps what was asked. */
function connect(...answers: Response[]) {
  const clock = createManualClock();
  const asked: { url: string; body: unknown }[] = [];
  const request = createRequestTokens(APP, {
    clock: { now: () => clock.now(), sleep: async () => {} },
    log: silentLog,
    fetch: async (url, init) => {
      asked.push({ url: String(url), body: JSON.parse(String(init?.body)) });
      return answers.shift() ?? json({}, 500);
    },
  });
  return { asked, ask: () => request(new Secret('old-refresh-token')) };
}

it('exchanges a refresh token as Atlassian wants it, and again where the answer was lost', async () => {
  const { asked, ask } = connect(json({}, 503), json(GOOD));
  const { accessToken, refreshToken, expiresInMs } = await ask();
  expect([accessToken.reveal(), refreshToken.reveal(), expiresInMs]).toEqual(['new-access', 'new-refresh', 3_600_000]);
  const body = {
    grant_type: 'refresh_token',
    client_id: 'client',
    client_secret: 'secret-of-a-test',
    refresh_token: 'old-refresh-token',
  };
  expect(asked).toEqual([
    { url: APP.tokenUrl, body },
    { url: APP.tokenUrl, body },
  ]);
});

it.each<{ name: string; answer: Response; code: string; detail: string }>([
  {
    name: 'a token that was revoked',
    answer: json({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }, 403),
    code: 'jira-sign-in-refused',
    detail: 'invalid_grant: Unknown or invalid refresh token.',
  },
  {
    name: 'a token that has ended',
    answer: json({ error: 'unauthorized_client', error_description: 'refresh_token is invalid' }, 403),
    code: 'jira-sign-in-refused',
    detail: 'unauthorized_client: refresh_token is invalid',
  },
  {
    name: 'an address that is not there',
    answer: json({ message: 'Not Found' }, 404),
    code: 'jira-sign-in-failed',
    detail: 'POST /oauth/token answered 404',
  },
  {
    name: 'the page of a proxy',
    answer: new Response('<html>invalid_grant</html>', { status: 403 }),
    code: 'jira-sign-in-failed',
    detail: 'POST /oauth/token answered 403',
  },
  {
    name: 'a redirect',
    answer: new Response('', { status: 302, headers: { location: 'https://login.example.com/' } }),
    code: 'jira-sign-in-failed',
    detail:
      'The sign-in of Atlassian redirects from https://auth.example.com to https://login.example.com: check JIRA_OAUTH_TOKEN_URL',
  },
  {
    name: 'a wrong client secret',
    answer: json({ error: 'access_denied', error_description: 'secret-of-a-test is wrong for old-refresh-token' }, 401),
    code: 'jira-sign-in-failed',
    detail: 'access_denied: [secret] is wrong for [secret]',
  },
  {
    name: 'an answer without tokens',
    answer: json({ access_token: 'new-access' }),
    code: 'jira-unavailable',
    detail: 'auth.example.com answered without the tokens that were asked for',
  },
])('names $name, and shows no secret', async ({ answer, code, detail }) => {
  const error: unknown = await connect(answer)
    .ask()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code, detail });
  expect(inspect(error, { depth: 9 })).not.toMatch(/secret-of-a-test|old-refresh-token|new-access/);
});

it.each([
  {
    name: 'replaced and the request sent again once',
    tokens: ['first', 'second'],
    statuses: [401, 200],
    code: undefined,
  },
  { name: 'not replaced twice', tokens: ['first', 'second'], statuses: [401, 401], code: 'jira-unauthorized' },
  {
    name: 'not sent again where there is no other',
    tokens: ['first', 'first'],
    statuses: [401],
    code: 'jira-unauthorized',
  },
])('a token Jira refuses is $name', async ({ tokens, statuses, code }) => {
  const [first = '', second = ''] = tokens.map((token) => `token-${token}`);
  const sent: (string | null)[] = [];
  const request = createRequester({
    baseUrl: 'https://api.example.com/ex/jira/1',
    credential: {
      kind: 'oauth',
      accessTokens: { get: async () => new Secret(first), replace: async () => new Secret(second) },
    },
    clock: createManualClock(),
    log: silentLog,
    fetch: async (_, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return json({}, statuses[sent.length - 1] ?? 500);
    },
  });
  const failure: unknown = await request({
    method: 'POST',
    path: 'issue/PROJ-1/comment',
    body: {},
    repeatable: false,
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (code === undefined) expect(failure).toBeUndefined();
  else expect(failure).toMatchObject({ code });
  expect(sent).toEqual([`Bearer ${first}`, `Bearer ${second}`].slice(0, statuses.length));
});
