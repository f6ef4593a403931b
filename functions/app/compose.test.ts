import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { aFunctionsEnvironment } from '../../test/builders/settings.ts';
import { compose } from './compose.ts';

const SECRET = 'admin-secret-of-a-test';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const bad = (change: Record<string, string> = {}) =>
  compose(aFunctionsEnvironment({ GITLAB_URL: '', CMAP_ADMIN_SECRET: SECRET, ...change }));

async function ask(program: ReturnType<typeof compose>, name: string, secret = '') {
  const entry = program.table.find((candidate) => candidate.name === name);
  if (entry?.trigger !== 'http') throw new Error(`There is no HTTP function ${name}`);
  const headers = { 'x-cmap-admin-secret': secret };
  const request = new HttpRequest({ url: 'http://localhost/', method: 'POST', headers });
  return entry.handler(request, new InvocationContext());
}

it('registers every function when the settings cannot be used, and says why in one line of level error', () => {
  const usable = compose(aFunctionsEnvironment());
  const refusing = bad({ POLL_JIRA_SCHEDULE: 'hourly', JIRA_URL: 'ftp://jira' });

  expect(refusing.table.map(({ name }) => name)).toEqual(usable.table.map(({ name }) => name));
  const poll = { name: 'poll-jira', schedule: '0 * * * * *' };
  const tick = { name: 'tick', parts: expect.arrayContaining([expect.objectContaining(poll)]) };
  expect(refusing.table).toContainEqual(expect.objectContaining(tick));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    settings: ['GITLAB_URL', 'JIRA_URL', 'POLL_JIRA_SCHEDULE'],
  });
});

it('names the settings only to a request with the admin secret', async () => {
  const program = bad();
  for (const name of ['health', 'gitlab-webhook', 'jira-webhook', 'config-reload']) {
    const plain = await ask(program, name, 'guess');
    expect(plain).toMatchObject({ status: 503 });
    expect(JSON.stringify(plain)).not.toContain('GITLAB_URL');
    expect(JSON.stringify(await ask(program, name, SECRET))).toContain('GITLAB_URL is missing');
  }
});

it('believes no admin secret that is itself too short', async () => {
  expect(JSON.stringify(await ask(bad({ CMAP_ADMIN_SECRET: 'short' }), 'health', 'short'))).not.toContain('GITLAB_URL');
  expect(JSON.stringify(await ask(bad({ CMAP_ADMIN_SECRET: '' }), 'health', ''))).not.toContain('GITLAB_URL');
});

it('fails every timer with the reason', async () => {
  const entry = bad().table.find(({ name }) => name === 'tick');
  if (entry?.trigger !== 'timer') throw new Error('There is no timer tick');
  const tick = { isPastDue: false, schedule: { adjustForDST: false } };
  const timer = { ...tick, scheduleStatus: { last: '', next: '', lastUpdated: '' } };
  await expect(entry.handler(timer, new InvocationContext())).rejects.toThrow('GITLAB_URL is missing');
});
