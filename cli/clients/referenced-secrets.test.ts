import { expect, it } from 'vitest';
import { EVENTS_SECRETS, EVENTS_URLS, GITLAB_TOKENS } from '../../shared/domain/mapping/credential-names.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { takeReferencedSecrets } from './referenced-secrets.ts';

const read: string[] = [];
const environment = {
  references: new Map([
    ['GITLAB_TOKEN__TEAM_A', 'gitlab-token in kv'],
    ['EVENTS_URL__TEAM_A', 'hook in kv'],
    ['JIRA_API_TOKEN', 'jira in kv'],
  ]),
  readSecret: async (name: string) => {
    read.push(name);
    return new Secret(`value of ${name}`);
  },
};
const env = {
  GITLAB_URL: 'https://gitlab.example.com',
  GITLAB_TOKEN__TEAM_A: 'reference',
  EVENTS_URL__TEAM_A: 'reference',
  EVENTS_URL__TEAM_B: 'https://hooks.example.com',
};
const io = { env, environment } as unknown as Parameters<typeof takeReferencedSecrets>[0];
const vault = { find: async (name: string) => ({ value: new Secret(`vault ${name}`), version: '1', tags: {} }) };

it.each([
  { families: [EVENTS_URLS, EVENTS_SECRETS], taken: 'EVENTS_URL__TEAM_A', secret: 'events-url--team-a' },
  { families: [GITLAB_TOKENS], taken: 'GITLAB_TOKEN__TEAM_A', secret: 'gitlab-token--team-a' },
])('takes $taken out of the settings and reads it when it is asked for', async ({ families, taken, secret }) => {
  read.length = 0;
  const { env: left, over } = takeReferencedSecrets(io, families);

  expect(Object.keys(left)).toEqual(Object.keys(env).filter((name) => name !== taken));
  const secrets = over(vault);
  expect((await secrets?.find('of-the-vault'))?.value.reveal()).toBe('vault of-the-vault');
  expect(read).toEqual([]);
  expect((await secrets?.find(secret))?.value.reveal()).toBe(`value of ${taken}`);
  expect(read).toEqual([taken]);
});

it('leaves settings and vault as they are where none is a reference', async () => {
  const { env: left, over } = takeReferencedSecrets({ env }, [EVENTS_URLS]);
  expect(left).toBe(env);
  expect(over(vault)).toBe(vault);
  expect(over(undefined)).toBeUndefined();
});
