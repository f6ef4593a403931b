import { expect, it } from 'vitest';
import { Secret } from '../../kernel/secret.ts';
import { askReload } from './ask-reload.ts';

const DIFF = { generation: 4, added: ['OPS'], removed: [], changed: [{ jiraProject: 'PROJ', fields: ['repo'] }] };

async function ask(answer: Response | Error, dryRun = false) {
  const calls: { url: string; init: RequestInit }[] = [];
  const said = await askReload(
    { appUrl: 'https://func.example.com/', secret: new Secret('an-admin-secret'), dryRun },
    {
      fetch: async (url, init = {}) => {
        calls.push({ url: String(url), init });
        if (answer instanceof Error) throw answer;
        return answer;
      },
      now: () => 0,
    },
  );
  return { said, calls };
}

it('sends the secret to the app, which follows no redirect with it', async () => {
  const { said, calls } = await ask(Response.json({ ...DIFF, dryRun: true }), true);
  expect(said).toEqual({ kind: 'reloaded', ...DIFF, warnings: [] });
  expect(calls).toMatchObject([
    {
      url: 'https://func.example.com/api/config/reload?dry-run=1',
      init: { method: 'POST', redirect: 'manual', headers: { 'x-cmap-admin-secret': 'an-admin-secret' } },
    },
  ]);
  expect((await ask(Response.json(DIFF))).calls[0]?.url).toBe('https://func.example.com/api/config/reload');
});

it.each([
  {
    answer: Response.json({ error: 'no', problems: [{ where: 'PROJ', message: 'x' }] }, { status: 422 }),
    said: { kind: 'refused', problems: [{ where: 'PROJ', message: 'x' }] },
  },
  { answer: new Response('', { status: 401 }), said: { kind: 'unauthorized' } },
  { answer: new Response('', { status: 429, headers: { 'retry-after': '9' } }), said: { kind: 'later', waitMs: 9000 } },
  { answer: new Response('', { status: 503 }), said: { kind: 'odd', status: 503 } },
  { answer: new Response('<html>', { status: 200 }), said: { kind: 'odd', status: 200 } },
  { answer: new Response('', { status: 302 }), said: { kind: 'odd', status: 302 } },
  { answer: new TypeError('fetch failed'), said: { kind: 'unreachable' } },
])('knows $said', async ({ answer, said }) => {
  expect((await ask(answer)).said).toEqual(said);
});
