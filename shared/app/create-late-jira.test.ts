import { expect, it, vi } from 'vitest';
import type { Jira } from '../domain/ports/jira.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { Secret } from '../kernel/secret.ts';
import { createLateJira } from './create-late-jira.ts';

const made: unknown[] = [];
vi.mock('../adapters/jira/create-jira.ts', () => ({
  createJira(deps: unknown): Partial<Jira> {
    made.push(deps);
    return {
      getProjectKey: async (key) => `${key} today`,
      listLabels: async (keys) => keys.map((key) => ({ key }) as never),
    };
  },
}));

const DEPS = {
  siteUrl: 'https://example.atlassian.net',
  baseUrl: 'https://example.atlassian.net',
  credential: { kind: 'token' as const, email: 'agent@example.com', apiToken: new Secret('jira-token-of-a-test') },
  clock: systemClock,
  log: silentLog,
};

it('makes the client with the first call, once, and gives each call to it', async () => {
  const jira = createLateJira(DEPS);
  expect(made).toEqual([]);

  expect(await Promise.all([jira.getProjectKey('PROJ'), jira.listLabels(['PROJ-1'])])).toEqual([
    'PROJ today',
    [{ key: 'PROJ-1' }],
  ]);
  expect(made).toEqual([DEPS]);
});
