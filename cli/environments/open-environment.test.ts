import { expect, it } from 'vitest';
import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createMemoryIO, ENVIRONMENTS, type MemoryIOOptions } from '../../test/doubles/memory-io.ts';
import { createTools } from '../clients/tools.ts';
import { type Environments, formatEnvironments, parseEnvironments } from './environments-file.ts';
import { openEnvironment } from './open-environment.ts';

const VAULT = 'https://kv-prod.vault.azure.net';
const JIRA_TOKEN = 'canary-of-jira-token';
const STORED: Environments = {
  current: 'prod',
  byName: new Map([
    [
      'prod',
      {
        from: 'function app func-cmap-prod',
        settings: {
          GITLAB_URL: 'https://gitlab.example.com',
          JIRA_URL: 'https://prod.atlassian.net',
          JIRA_EMAIL: 'agent@example.com',
          AzureWebJobsStorage__accountName: 'stcmapprod',
        },
        secrets: {
          JIRA_API_TOKEN: { vault: VAULT, secret: 'jira-api-token' },
          JIRA_WEBHOOK_SECRET: { vault: VAULT, secret: 'jira-webhook-secret' },
          GITLAB_TOKEN__TEAM: { vault: VAULT, secret: 'team-token', version: '0a1b' },
          GITLAB_TOKEN__OTHER: { vault: VAULT, secret: 'other-token' },
        },
      },
    ],
    ['test', { settings: { GITLAB_URL: 'https://gitlab.test' }, secrets: {} }],
    ['sandbox', { file: '/tmp/sandbox.env', settings: {}, secrets: {} }],
  ]),
};

const VALUES: Record<string, string> = {
  'jira-api-token': JIRA_TOKEN,
  'jira-webhook-secret': 'canary-of-webhook',
  'team-token': 'canary-of-team',
};

async function open(given?: string, options: MemoryIOOptions = {}) {
  const asked: string[] = [];
  const openVault = (uri: string): KeyVaultSecrets => ({
    async find(name, version = '') {
      asked.push([new URL(uri).host, name, version].join(' ').trim());
      const value = VALUES[name];
      return value === undefined ? undefined : { value: new Secret(value), version, tags: {} };
    },
  });
  const files = { [ENVIRONMENTS]: formatEnvironments(STORED), ...options.files };
  const outside = createMemoryIO({ ...options, files });
  const io = await openEnvironment(given, outside, openVault);
  return { io, asked, outside, tools: createTools(io) };
}

it('reads its own file again as it was', () => {
  expect(parseEnvironments(formatEnvironments(STORED), 'x')).toEqual({
    ...STORED,
    byName: new Map([...STORED.byName].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  });
});

it.each([
  { name: 'no JSON', text: '{canary' },
  { name: 'a newer form', text: '{"version":2,"canary":1}' },
  { name: 'a field of another version', text: '{"version":1,"environments":{},"canary":1}' },
  {
    name: 'the value of a secret',
    text: '{"version":1,"environments":{"a":{"settings":{"JIRA_API_TOKEN":"canary"},"secrets":{}}}}',
  },
  {
    name: 'a vault without https',
    text: '{"version":1,"environments":{"a":{"settings":{},"secrets":{"JIRA_API_TOKEN":{"vault":"http://canary","secret":"x"}}}}}',
  },
])('refuses $name in one sentence without a word of the file', ({ text }) => {
  const read = () => parseEnvironments(text, '/cfg/environments.json');
  expect(read).toThrow(/^\/cfg\/environments\.json is not understood at [^\n]+$/);
  expect(read).not.toThrow('canary');
});

it.each([
  { given: 'test', CMAP_ENV: 'prod', name: 'test', chosenBy: '--env' },
  { given: undefined, CMAP_ENV: 'test', name: 'test', chosenBy: 'CMAP_ENV' },
  { given: undefined, CMAP_ENV: ' ', name: 'prod', chosenBy: 'cmap env use' },
])('is $name by $chosenBy', async ({ given, CMAP_ENV, name, chosenBy }) => {
  const { io } = await open(given, { env: { CMAP_ENV } });
  expect(io.environment).toMatchObject({ name, chosenBy });
});

it('says which there are when none has the name', async () => {
  await expect(open('prdo')).rejects.toThrow('there is no environment "prdo" (--env); did you mean prod?');
  await expect(open(undefined, { env: { CMAP_ENV: 'x' } })).rejects.toThrow(
    'there is no environment "x" (CMAP_ENV); `cmap env list` shows them',
  );
});

it('is offered where a command lacks settings and none is named', async () => {
  const { current: _, ...unnamed } = STORED;
  const files = { [ENVIRONMENTS]: formatEnvironments(unnamed) };
  const without = await openEnvironment(undefined, createMemoryIO({ files }));
  await expect(createTools(without).storage()).rejects.toThrow(
    / Or name an environment, which has them: --env prod \(there are prod, sandbox, test\)\.$/,
  );
  const { tools } = await open('test');
  await expect(tools.storage()).rejects.toThrow(/^(?!.*Or name )/);
});

it('is offered to be added where a command lacks settings and there is none', async () => {
  const none = await openEnvironment(undefined, createMemoryIO());
  await expect(createTools(none).storage()).rejects.toThrow(
    / Or name the deployment once, which has them: `cmap env add NAME --from-azure APP`\.$/,
  );
  const { environments: _, ...homeless } = none;
  await expect(createTools(homeless).storage()).rejects.toThrow(/^(?!.*Or name )/);
});

it('stands below the shell and above a file of settings', async () => {
  const shell = { JIRA_URL: 'https://mine.atlassian.net' };
  const file = { GITLAB_URL: 'https://gitlab.file', AGENT_ID: 'from-file' };
  const { io } = await open('prod', { env: { ...shell, ...file }, shell });

  expect(io.env).toMatchObject({
    JIRA_URL: 'https://mine.atlassian.net',
    GITLAB_URL: 'https://gitlab.example.com',
    AGENT_ID: 'from-file',
  });
  expect(io.environment?.overridden).toEqual(['JIRA_URL']);
});

it('takes further settings from its own file, and says what to do when that is gone', async () => {
  const { io } = await open('sandbox', { files: { '/tmp/sandbox.env': "GITLAB_TOKEN='a-token'\n" } });
  expect(io.env['GITLAB_TOKEN']).toBe('a-token');
  await expect(open('sandbox')).rejects.toThrow(
    'the settings of the environment sandbox cannot be read: /tmp/sandbox.env: no such file; `cmap env remove sandbox` forgets it',
  );
});

it('reads a secret when it is needed, that one only, and masks it from then on', async () => {
  const { tools, asked, io, outside } = await open('prod');
  await tools.storage();
  expect(asked).toEqual([]);
  await tools.jira();
  await tools.jira();
  expect(asked).toEqual(['kv-prod.vault.azure.net jira-api-token']);

  io.print(`it said ${JIRA_TOKEN}`);
  io.warn(Buffer.from(`agent@example.com:${JIRA_TOKEN}`).toString('base64'));
  await io.writeFile('out.txt', JIRA_TOKEN);
  expect([outside.stdout, outside.stderr, outside.files.get('out.txt')]).toEqual([
    'it said [secret]\n',
    '[secret]\n',
    '[secret]',
  ]);
});

it('reads no secret that is only asked whether it is there', async () => {
  const { tools, asked } = await open('prod');
  expect(await tools.webhookSecrets()).toEqual({ hasJiraSecret: true });
  expect(asked).toEqual([]);
});

it('reads the token of an alias when that alias is used', async () => {
  const { tools, asked } = await open('prod');
  const { credentials } = await tools.gitlab();
  expect(asked).toEqual([]);
  expect((await credentials.get('team')).reveal()).toBe('canary-of-team');
  expect(asked).toEqual(['kv-prod.vault.azure.net team-token 0a1b']);
});

it('says where a secret should be that is not there', async () => {
  const { tools } = await open('prod');
  const { credentials } = await tools.gitlab();
  await expect(credentials.get('other')).rejects.toThrow(
    'GITLAB_TOKEN__OTHER of the environment prod is the secret other-token of kv-prod.vault.azure.net, which is not there',
  );
});

it('lets a token of the shell win over the reference, and asks no vault', async () => {
  const { tools, asked, io } = await open('prod', { env: { JIRA_API_TOKEN: 'token-of-the-shell' } });
  await tools.jira();
  expect(asked).toEqual([]);
  expect(io.environment?.references.has('JIRA_API_TOKEN')).toBe(false);
});

it('explains a reference that stands in the shell', async () => {
  const reference = '@Microsoft.KeyVault(VaultName=kv-prod;SecretName=jira-api-token)';
  const { tools, asked } = await open('prod', { env: { JIRA_API_TOKEN: reference, GITLAB_TOKEN: reference } });
  await expect(tools.jira()).rejects.toThrow(
    'JIRA_API_TOKEN is a reference to a Key Vault, which only Azure resolves: remove it here and run `cmap env add',
  );
  await expect(tools.gitlab()).rejects.toThrow('GITLAB_TOKEN is a reference to a Key Vault, which only Azure resolves');
  expect(asked).toEqual([]);
});
