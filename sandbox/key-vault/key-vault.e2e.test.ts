import { execFile } from 'node:child_process';
import { lookup } from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyVault } from '../../shared/adapters/key-vault/key-vault.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createCredentialRegistry } from '../../shared/services/credentials/credential-registry.ts';
import { withRereadOn401 } from '../../shared/services/credentials/reread-on-401.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { failureOf } from '../../test/failure-of.ts';
import { listen } from '../http/listen.ts';
import { startKeyVault, type VaultStandIn } from './key-vault.ts';

let vault: VaultStandIn;
let agent: Agent;

beforeEach(async () => {
  vault = await startKeyVault();
  agent = new Agent({ ca: vault.certificate, lookup: (_host, options, done) => lookup('127.0.0.1', options, done) });
});

afterEach(async () => {
  agent.destroy();
  await vault.close();
});

function connect(vaultUri = vault.hostUrl, resource?: string) {
  const scopes: string[][] = [];
  const getToken = async (wanted: string | string[]) => {
    scopes.push([wanted].flat());
    return vault.issueToken(resource ?? [wanted].flat()[0]?.replace('/.default', '') ?? '');
  };
  const additionalOptions = { agent, retryOptions: { maxRetries: 2, retryDelayInMs: 1 } };
  return {
    keyVault: createKeyVault({ vaultUri, getCredential: async () => ({ getToken }), additionalOptions }),
    scopes,
  };
}

describe('the Key Vault adapter', () => {
  it('answers the challenge for the vault resource and reads the newest version with its tags', async () => {
    vault.setSecret('gitlab-token--team', { value: 'old-token-value' });
    vault.setSecret('gitlab-token--team', { value: 'new-token-value\n', tags: { alias: 'team' } });
    const { keyVault, scopes } = connect();

    const secret = await keyVault.find('gitlab-token--team');

    expect(secret?.value.reveal()).toBe('new-token-value');
    expect(secret?.tags).toEqual({ alias: 'team' });
    expect(secret?.version).toMatch(/^[0-9a-f]{32}$/);
    expect(scopes).toEqual([['https://vault.azure.net/.default']]);
    expect(vault.requests.map(({ status }) => status)).toEqual([401, 200]);
  });

  it('asks for one token and meets the challenge once, however many secrets are read', async () => {
    vault.setSecret('gitlab-token', { value: 'token-value' });
    const { keyVault, scopes } = connect();

    for (let read = 0; read < 3; read += 1) await keyVault.find('gitlab-token');

    expect(scopes).toHaveLength(1);
    expect(vault.requests.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
  });

  it('finds nothing where there is no secret', async () => {
    expect(await connect().keyVault.find('gitlab-token--unknown')).toBeUndefined();
  });

  it('waits out 429 as the vault asks', async () => {
    vault.setSecret('gitlab-token', { value: 'token-value' });
    vault.failNext(429, 2);

    expect((await connect().keyVault.find('gitlab-token'))?.value.reveal()).toBe('token-value');
  });

  it.each([
    {
      name: 'a disabled secret',
      code: 'key-vault-forbidden',
      says: 'is disabled: enable it',
      arrange: () => vault.setSecret('gitlab-token', { value: 'token-value', enabled: false }),
    },
    {
      name: 'no role on the vault',
      code: 'key-vault-forbidden',
      says: 'Key Vault Secrets User',
      arrange: () => vault.setAllowed(false),
    },
    {
      name: 'an empty secret',
      code: 'key-vault-forbidden',
      says: 'is empty',
      arrange: () => vault.setSecret('gitlab-token', { value: ' \n' }),
    },
    {
      name: '429 without an end',
      code: 'key-vault-unavailable',
      says: 'answered 429',
      arrange: () => vault.failNext(429, 10),
    },
    {
      name: '503 without an end',
      code: 'key-vault-unavailable',
      says: 'answered 503',
      arrange: () => vault.failNext(503, 10),
    },
  ])('says what is wrong: $name', async ({ code, says, arrange }) => {
    arrange();

    const error = await failureOf(connect().keyVault.find('gitlab-token'));

    expect(error.code).toBe(code);
    expect(error.detail).toContain(says);
    expect(error.detail).toContain('gitlab-token');
    expect(error.detail).not.toContain('token-value');
  });

  it('takes a token for something else as no access', async () => {
    const error = await failureOf(connect(vault.hostUrl, 'https://storage.azure.com').keyVault.find('gitlab-token'));

    expect(error).toMatchObject({ code: 'key-vault-forbidden' });
  });

  it('never sends a token to a host that is not of the resource in the challenge', async () => {
    const { keyVault, scopes } = connect(vault.url);

    expect(await failureOf(keyVault.find('gitlab-token'))).toMatchObject({ code: 'key-vault-unavailable' });
    expect(scopes).toEqual([]);
  });

  it('says which vault did not answer', async () => {
    const port = await findClosedPort();
    const error = await failureOf(connect(`https://cmap.vault.azure.net:${port}`).keyVault.find('gitlab-token'));

    expect(error).toMatchObject({ code: 'key-vault-unavailable' });
    expect(error.detail).toContain(`No answer from cmap.vault.azure.net:${port}`);
  });
});

it('uses a rotated token after GitLab refused the old one, without waiting for the cache', async () => {
  vault.setSecret('gitlab-token--platform-team', { value: 'token-before' });
  const { keyVault } = connect();
  const registry = createCredentialRegistry({ environment: {}, keyVault, clock: createSteppedClock(), log: silentLog });
  await registry.get('platform_team');
  vault.setSecret('gitlab-token--platform-team', { value: 'token-after' });
  const used: string[] = [];

  const result = await withRereadOn401(registry, 'Platform_Team', async (secret) => {
    used.push(secret.reveal());
    if (secret.reveal() === 'token-before') throw new TaskError('gitlab-unauthorized');
    return 'fine';
  });

  expect(result).toBe('fine');
  expect(used).toEqual(['token-before', 'token-after']);
});

it('works in a real process with a managed identity and the client id of the settings', async () => {
  const standIn = await startKeyVault({ resource: 'vault://1' });
  const directory = await mkdtemp(path.join(tmpdir(), 'vault-'));
  try {
    standIn.setSecret('gitlab-token--team', { value: 'token-from-vault' });
    await writeFile(path.join(directory, 'ca.pem'), standIn.certificate);
    const environment = {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: path.join(directory, 'ca.pem'),
      IDENTITY_ENDPOINT: standIn.identity.endpoint,
      IDENTITY_HEADER: standIn.identity.header,
      VAULT: standIn.url,
    };

    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '--eval', PROGRAM],
      {
        env: environment,
        cwd: path.resolve(import.meta.dirname, '../..'),
      },
    );

    expect(stdout.trim()).toBe('true');
    expect(standIn.clientIds).toEqual(['client-id-of-the-job']);
  } finally {
    await rm(directory, { recursive: true, force: true });
    await standIn.close();
  }
});

const PROGRAM = `
import { createAzureCredential } from './shared/adapters/identity/azure-credential.ts';
import { createKeyVault } from './shared/adapters/key-vault/key-vault.ts';
const getCredential = () => createAzureCredential({ clientId: 'client-id-of-the-job', managedIdentity: true });
const vault = createKeyVault({ vaultUri: process.env.VAULT, getCredential });
console.log((await vault.find('gitlab-token--team')).value.matches('token-from-vault'));
`;

/** A port that was free a moment ago. */
async function findClosedPort(): Promise<number> {
  const { port, close } = await listen(createServer());
  await close();
  return port;
}
