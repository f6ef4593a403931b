import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { failureOf } from '../../../test/failure-of.ts';
import type { KeyVaultSecrets } from '../../adapters/key-vault/key-vault-secrets.ts';
import { createJsonLog } from '../../adapters/telemetry/json-log.ts';
import { type SecretFamily, VALIDATE_SECRETS } from '../../domain/mapping/credential-names.ts';
import { HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { Secret } from '../../kernel/secret.ts';
import { createCredentialRegistry } from './credential-registry.ts';
import { withRereadOn401 } from './reread-on-401.ts';

/** A registry over a vault that is an object literal, with a clock the test moves. */
function arrange({
  environment = {},
  vault,
  family,
}: {
  environment?: Record<string, string>;
  vault?: Record<string, string>;
  family?: SecretFamily;
}) {
  const clock = createSteppedClock(0);
  const state = {
    clock,
    asked: [] as string[],
    lines: [] as string[],
    secrets: { ...vault },
    tags: {} as Record<string, string>,
    failure: undefined as Error | undefined,
  };
  const keyVault: KeyVaultSecrets = {
    async find(name) {
      state.asked.push(name);
      if (state.failure) throw state.failure;
      const value = state.secrets[name];
      return value === undefined ? undefined : { value: new Secret(value), version: value, tags: state.tags };
    },
  };
  const redactor = createRedactor();
  const log = createJsonLog({ write: (line) => state.lines.push(line), clock, redactor, level: 'debug' });
  const registry = createCredentialRegistry({
    environment,
    clock,
    log,
    redactor,
    keyVault: vault && keyVault,
    ...(family ? { family } : {}),
  });
  /** What the log says, without the times. */
  const logged = () =>
    state.lines.map((line) => {
      const { time: _, ...fields } = JSON.parse(line) as Record<string, unknown>; // a line is an object
      return fields;
    });
  return { state, registry, redactor, logged, read: async (ref: string) => (await registry.get(ref)).reveal() };
}

describe('get', () => {
  it('reads the environment in any case of the ref', async () => {
    const { read } = arrange({
      environment: { GITLAB_TOKEN: 'token-default', GITLAB_TOKEN__PLATFORM_TEAM: 'token-platform' },
    });

    expect([await read('default'), await read('platform_team'), await read('Platform_Team')]).toEqual([
      'token-default',
      'token-platform',
      'token-platform',
    ]);
  });

  it('prefers the environment and does not ask the vault for what it has', async () => {
    const { read, state } = arrange({
      environment: { GITLAB_TOKEN__A: 'token-env' },
      vault: { 'gitlab-token--a': 'token-vault' },
    });

    expect(await read('a')).toBe('token-env');
    expect(state.asked).toEqual([]);
  });

  it('finds an alias, and the default, only in the vault', async () => {
    const { read } = arrange({
      vault: { 'gitlab-token--platform-team': 'token-vault', 'gitlab-token': 'token-default' },
    });

    expect([await read('platform_team'), await read('default')]).toEqual(['token-vault', 'token-default']);
  });

  it('names the ref, where to set it and the aliases there are', async () => {
    const { registry } = arrange({
      environment: { GITLAB_TOKEN: 'token-default', GITLAB_TOKEN__A: 'token-a-value' },
      vault: {},
    });

    expect(await failureOf(registry.get(' nobody '))).toMatchObject({
      code: 'credential-unknown',
      detail:
        'No credential "nobody": set GITLAB_TOKEN__NOBODY, the Key Vault secret gitlab-token--nobody or its entry in the secret gitlab-tokens. Available: a, default.',
    });
  });

  it('says so when nothing is configured', async () => {
    const error = await failureOf(arrange({}).registry.get('default'));

    expect(error.detail).toBe('No credential "default": set GITLAB_TOKEN. No credential is configured.');
  });

  it('does not repeat a token that stands in the place of a ref, and asks no vault for it', async () => {
    const token = ['glpat', 'abcdefghijklmnopqrst'].join('-');
    const { registry, state } = arrange({ environment: { GITLAB_TOKEN__1: 'token-of-no-alias' }, vault: {} });

    const error = await failureOf(registry.get(token));

    expect(inspect(error)).not.toContain(token);
    expect(error.detail).toBe('The credential_ref is not a name: use letters, digits and underscores.');
    expect(state.asked).toEqual([]);
  });

  it('takes no alias from others for a problem of one', async () => {
    const { read, registry } = arrange({
      environment: { GITLAB_TOKEN__A: '@Microsoft.KeyVault(x)' },
      vault: { 'gitlab-token--b': 'token-vault' },
    });
    expect(await read('b')).toBe('token-vault');
    expect((await failureOf(registry.get('c'))).detail).toMatch(/^No credential "c": .* Available: b\.$/);
  });

  it('knows the secrets of another family, which has no secret with those of many', async () => {
    const { read, registry, state } = arrange({
      environment: { VALIDATE_SECRET: 'secret-default', GITLAB_TOKEN__A: 'token-env' },
      vault: { 'validate-secret--npm': 'secret-npm', 'gitlab-tokens': '{"a": "token-of-the-map"}' },
      family: VALIDATE_SECRETS,
    });
    expect([await read('default'), await read('npm')]).toEqual(['secret-default', 'secret-npm']);
    expect((await failureOf(registry.get('a'))).detail).toBe(
      'No credential "a": set VALIDATE_SECRET__A or the Key Vault secret validate-secret--a. Available: default, npm.',
    );
    expect(state.asked).toEqual(['validate-secret--npm', 'validate-secret--a']);
  });

  it('masks no ordinary word in the texts of every team, and says which secret is one', async () => {
    const { read, redactor, state, logged } = arrange({
      environment: { VALIDATE_SECRET__DB: 'postgres', VALIDATE_SECRET__NPM: 'aB3dE6gH9jK2' },
      vault: { 'validate-secret--root': 'root', 'validate-secret--long': 'correct-horse-battery' },
      family: VALIDATE_SECRETS,
    });
    expect([await read('db'), await read('root'), await read('long')]).toEqual([
      'postgres',
      'root',
      'correct-horse-battery',
    ]);
    state.clock.time += 5 * MINUTE;
    await read('root');
    const text = 'Upgrade postgres to 16 as root';
    expect(redactor.redact(text)).toBe(text);
    expect(redactor.redact('aB3dE6gH9jK2 correct-horse-battery')).toBe('[secret] [secret]');
    expect(logged()).toEqual(
      ['db', 'root'].map((credentialRef) => ({
        level: 'warn',
        event: 'credential is an ordinary word',
        credentialRef,
        kind: 'validate-secret',
      })),
    );
  });

  it('asks again after five minutes unless said otherwise, and needs no redactor', async () => {
    const clock = createSteppedClock();
    const asked: string[] = [];
    const keyVault: KeyVaultSecrets = {
      async find(name) {
        asked.push(name);
        const value = name === 'gitlab-tokens' ? '{"b": "token-of-b"}' : 'token-of-a';
        return name.endsWith('--b') ? undefined : { value: new Secret(value), version: '1', tags: {} };
      },
    };
    const environment = { GITLAB_TOKEN: 'token-default' };
    const registry = createCredentialRegistry({ environment, clock, log: silentLog, keyVault });
    expect((await registry.get('b')).reveal()).toBe('token-of-b');
    for (const [afterMs, requests] of [
      [0, 3],
      [5 * MINUTE - 1, 3],
      [1, 4],
    ] as const) {
      clock.time += afterMs;
      await registry.get('a');
      expect(asked).toHaveLength(requests);
    }
  });

  it.each([
    {
      name: 'two names',
      environment: { GITLAB_TOKEN__A: 'token-one', GITLAB_TOKEN__a: 'token-two' },
      says: 'same alias',
    },
    {
      name: 'an unresolved reference',
      environment: { GITLAB_TOKEN__A: '@Microsoft.KeyVault(x)' },
      says: 'Key Vault reference',
    },
  ])('refuses an alias with $name, also when the vault has it', async ({ environment, says }) => {
    const { registry } = arrange({ environment, vault: { 'gitlab-token--a': 'token-vault' } });

    const error = await failureOf(registry.get('a'));

    expect(error.code).toBe('credential-unknown');
    expect(error.detail).toContain(says);
  });

  it('gives a vault secret only to the alias it was made for', async () => {
    const { registry, read, redactor, state, logged } = arrange({
      vault: { 'gitlab-token--a-b': 'token-vault', 'gitlab-token--c': 'token-of-another' },
    });
    state.tags = { alias: 'a-b' };

    expect(await read('a-b')).toBe('token-vault');
    expect(await read('a_b')).toBe('token-vault');
    expect(logged()).toEqual([]);
    expect(await failureOf(registry.get('c'))).toMatchObject({ code: 'credential-unknown' });
    expect(logged()).toEqual([
      {
        level: 'warn',
        event: 'credential belongs to another alias',
        credentialRef: 'c',
        vaultSecret: 'gitlab-token--c',
      },
    ]);
    expect(redactor.redact('token-of-another')).toBe('[secret]');
  });

  it('keeps a value for the time to live, then asks again', async () => {
    const { read, state } = arrange({ vault: { 'gitlab-token--a': 'token-old' } });
    await read('a');
    state.secrets['gitlab-token--a'] = 'token-new';

    state.clock.time = 5 * MINUTE - 1;
    expect(await read('a')).toBe('token-old');
    state.clock.time = 5 * MINUTE;
    expect(await read('a')).toBe('token-new');
    expect(state.asked).toHaveLength(2);
  });

  it('remembers for half a minute that there is none, so that a new alias works soon', async () => {
    const { registry, read, state } = arrange({ vault: {} });
    await failureOf(registry.get('a'));
    state.secrets['gitlab-token--a'] = 'token-new';

    state.clock.time = 30 * SECOND - 1;
    await failureOf(registry.get('a'));
    expect(state.asked).toEqual(['gitlab-token--a', 'gitlab-tokens']);
    state.clock.time = 30 * SECOND;
    expect(await read('a')).toBe('token-new');
  });

  it('asks once for all who ask at the same time', async () => {
    const { read, state } = arrange({ vault: { 'gitlab-token--a': 'token-a-value' } });

    await Promise.all(Array.from({ length: 20 }, () => read('A')));

    expect(state.asked).toEqual(['gitlab-token--a']);
  });

  it('works on with the old value while the vault is down, but not when access was taken away', async () => {
    const { read, registry, state, logged } = arrange({ vault: { 'gitlab-token--a': 'token-a-value' } });
    await read('a');
    state.clock.time = 6 * MINUTE;

    state.failure = new TaskError('key-vault-unavailable');
    expect(await read('a')).toBe('token-a-value');
    expect(logged()).toMatchObject([
      {
        level: 'warn',
        event: 'credential not refreshed',
        credentialRef: 'a',
        error: { code: 'key-vault-unavailable' },
      },
    ]);
    state.failure = new TaskError('key-vault-forbidden');
    expect(await failureOf(registry.get('a'))).toMatchObject({ code: 'key-vault-forbidden' });
    // The value is withheld from now on, whether the vault is away or not.
    state.failure = new TaskError('key-vault-unavailable');
    expect(await failureOf(registry.get('a'))).toMatchObject({ code: 'key-vault-unavailable' });
  });

  it('does not work on with the old value after a bug', async () => {
    const { read, registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-a-value' } });
    await read('a');
    state.clock.time = 6 * MINUTE;
    state.failure = new RangeError('bug');
    await expect(registry.get('a')).rejects.toThrow('bug');
    expect(registry.listAliases()).toEqual([]);
  });

  it('does not remember that the vault was down', async () => {
    const { read, registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-a-value' } });
    state.failure = new TaskError('key-vault-unavailable');
    expect(await failureOf(registry.get('a'))).toMatchObject({ code: 'key-vault-unavailable' });

    state.failure = undefined;
    expect(await read('a')).toBe('token-a-value');
  });
});

describe('withRereadOn401', () => {
  const unauthorized = new TaskError('gitlab-unauthorized');

  it('repeats the call once when the vault has another value', async () => {
    const { registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-old' } });
    await registry.get('a');
    state.secrets['gitlab-token--a'] = 'token-new';

    const accepted = await withRereadOn401(registry, 'a', async (secret) => {
      if (!secret.matches('token-new')) throw unauthorized;
      return secret.reveal();
    });

    expect(accepted).toBe('token-new');
  });

  it.each([
    { name: 'the value is the same', environment: {}, vault: { 'gitlab-token--a': 'token-old' }, error: unauthorized },
    {
      name: 'the value is of the environment',
      environment: { GITLAB_TOKEN__A: 'token-env' },
      vault: { 'gitlab-token--a': 'token-old' },
      error: unauthorized,
    },
    {
      name: 'it is not about the credential',
      environment: {},
      vault: { 'gitlab-token--a': 'token-old' },
      error: new TaskError('gitlab-forbidden'),
      rotated: 'token-new',
    },
    {
      name: 'it is a bug',
      environment: {},
      vault: { 'gitlab-token--a': 'token-old' },
      error: new RangeError('bug'),
      rotated: 'token-new',
    },
  ])('passes the refusal on when $name', async ({ environment, vault, error, rotated }) => {
    const { registry, state } = arrange({ environment, vault });
    await registry.get('a');
    if (rotated) state.secrets['gitlab-token--a'] = rotated;
    let calls = 0;

    const refused = withRereadOn401(registry, 'a', async () => {
      calls += 1;
      throw error;
    });

    await expect(refused).rejects.toBe(error);
    expect(calls).toBe(1);
  });

  it('gives the new value also to the second of two calls that failed with the old one', async () => {
    const { registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-old' } });
    await registry.get('a');
    state.secrets['gitlab-token--a'] = 'token-new';
    const call = async (secret: Secret) => {
      if (!secret.matches('token-new')) throw unauthorized;
      return 'fine';
    };

    expect(await Promise.all([withRereadOn401(registry, 'a', call), withRereadOn401(registry, 'a', call)])).toEqual([
      'fine',
      'fine',
    ]);
    expect(state.asked).toHaveLength(2);
  });
});

describe('reread', () => {
  it('answers whether reading again changed anything, and logs that it did', async () => {
    const { registry, state, logged } = arrange({
      environment: { GITLAB_TOKEN: 'token-env', GITLAB_TOKEN__BAD: '@Microsoft.KeyVault(x)' },
      vault: { 'gitlab-token--a': 'token-old', 'gitlab-token--bad': 'token-bad' },
    });
    await registry.get('a');

    expect(await registry.reread('a')).toBe(false);
    expect(logged()).toEqual([]);
    state.secrets['gitlab-token--a'] = 'token-new';
    expect(await registry.reread('A')).toBe(true);
    expect(logged()).toEqual([{ level: 'info', event: 'credential changed', credentialRef: 'a' }]);

    state.asked.length = 0;
    for (const ref of ['default', 'bad', 'no name']) expect(await registry.reread(ref)).toBe(false);
    expect(state.asked).toEqual([]);
  });

  it('counts a secret that appears as a change, and one that goes as none', async () => {
    const { registry, state } = arrange({ vault: {} });
    await failureOf(registry.get('a'));
    state.secrets = { 'gitlab-token--a': 'token-a', 'gitlab-token--b': 'token-b' };
    expect([await registry.reread('a'), await registry.reread('b')]).toEqual([true, true]);
    state.secrets = {};
    expect(await registry.reread('a')).toBe(false);
    expect(await failureOf(registry.get('a'))).toMatchObject({ code: 'credential-unknown' });
  });

  it('changes nothing where there is no vault', async () => {
    expect(await arrange({ environment: { GITLAB_TOKEN: 'token-env' } }).registry.reread('a')).toBe(false);
  });
});

describe('confirm', () => {
  it('asks the vault where its answer is a minute old, long before that is stale', async () => {
    const { registry, read, state } = arrange({ vault: { 'gitlab-token--a': 'token-old' } });
    state.clock.time = MINUTE;
    await registry.get('a');
    state.clock.time = 2 * MINUTE - 1;
    await registry.confirm('A');
    expect(state.asked).toHaveLength(1);
    state.secrets['gitlab-token--a'] = 'token-new';
    state.clock.time = 2 * MINUTE;
    await registry.confirm('A');
    expect(state.asked).toHaveLength(2);
    expect(await read('a')).toBe('token-new');
  });

  it('asks once for a credential that was never read', async () => {
    const { registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-a' } });
    state.clock.time = HOUR;
    await registry.confirm('a');
    expect(state.asked).toEqual(['gitlab-token--a']);
  });

  it.each<{ name: string; change: { secrets?: Record<string, string>; failure?: Error }; code?: string }>([
    { name: 'passes while the credential is there', change: {} },
    { name: 'fails when it was deleted', change: { secrets: {} }, code: 'credential-unknown' },
    {
      name: 'fails when it was withdrawn',
      change: { failure: new TaskError('key-vault-forbidden') },
      code: 'key-vault-forbidden',
    },
    { name: 'passes while the vault is away', change: { failure: new TaskError('key-vault-unavailable') } },
  ])('$name', async ({ change, code }) => {
    const { registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-a' } });
    await registry.get('a');
    Object.assign(state, change);
    state.clock.time = MINUTE;
    const error = await registry.confirm('a').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toEqual(code && expect.objectContaining({ code }));
  });

  it('fails where the vault is away and there is no value, and for what is not a name', async () => {
    const { registry, state } = arrange({ vault: {} });
    state.failure = new TaskError('key-vault-unavailable');
    state.clock.time = HOUR;
    expect(await failureOf(registry.confirm('a'))).toMatchObject({ code: 'key-vault-unavailable' });
    expect(await failureOf(registry.confirm('no name'))).toMatchObject({ code: 'credential-unknown' });
  });

  it('is content with the environment', async () => {
    const { registry, state } = arrange({ environment: { GITLAB_TOKEN: 'token-env' }, vault: {} });
    state.clock.time = HOUR;
    await registry.confirm('default');
    expect(state.asked).toEqual([]);
  });
});

it('shows names and sources, never a value', async () => {
  const marker = 'canary-77aa';
  const { registry, state, redactor } = arrange({
    environment: {
      GITLAB_TOKEN: `${marker}-1`,
      GITLAB_TOKEN__X: `${marker}-2`,
      gitlab_token__x: `${marker}-3`,
      GITLAB_TOKEN__V: '@Microsoft.KeyVault(a)',
      GITLAB_TOKEN__1: `${marker}-6`,
    },
    vault: { 'gitlab-token--team': `${marker}-4` },
  });
  await registry.get('team');
  state.secrets['gitlab-token--team'] = `${marker}-5`;
  await registry.reread('team');
  const failures = await Promise.all(['x', 'v', 'nobody'].map((ref) => failureOf(registry.get(ref))));

  expect(registry.listAliases()).toEqual(['default', 'team']);
  expect(registry.describe()).toEqual([
    { alias: 'default', source: 'environment', name: 'GITLAB_TOKEN' },
    { alias: 'team', source: 'key-vault', name: 'gitlab-token--team' },
    {
      alias: '',
      source: 'environment',
      name: 'GITLAB_TOKEN__1',
      problem: expect.stringContaining('GITLAB_TOKEN__1 names no usable alias'),
    },
    {
      alias: 'v',
      source: 'environment',
      name: 'GITLAB_TOKEN__V',
      problem: expect.stringContaining('GITLAB_TOKEN__V'),
    },
    {
      alias: 'x',
      source: 'environment',
      name: 'GITLAB_TOKEN__X and gitlab_token__x',
      problem: expect.stringContaining('GITLAB_TOKEN__X and gitlab_token__x'),
    },
  ]);
  const shown = [state.lines, failures, registry, registry.describe(), await registry.get('team')];
  expect(
    shown.map((part) => inspect(part, { depth: 9, showHidden: true }) + JSON.stringify(part)).join('\n'),
  ).not.toContain(marker);
  expect(redactor.redact(`${marker}-4 ${marker}-5 ${marker}-1`)).toBe('[secret] [secret] [secret]');
});

describe('the vault secret with the tokens of many aliases', () => {
  const map = (tokens: unknown) => ({ 'gitlab-tokens': JSON.stringify(tokens) });

  it('gives each alias its token, as it is spelled anywhere, and the default', async () => {
    const { read, registry } = arrange({
      vault: map({ default: 'token-default', 'Platform-Team': 'token-platform\n' }),
    });
    expect([await read('default'), await read('platform_team')]).toEqual(['token-default', 'token-platform']);
    expect(registry.describe()).toEqual([
      { alias: 'default', source: 'key-vault', name: 'gitlab-tokens' },
      { alias: 'platform_team', source: 'key-vault', name: 'gitlab-tokens' },
    ]);
  });

  it('comes after the environment and after the secret of the alias itself', async () => {
    const { read, state } = arrange({
      environment: { GITLAB_TOKEN__A: 'of-the-environment' },
      vault: { ...map({ a: 'of-the-map', b: 'of-the-map', c: 'of-the-map' }), 'gitlab-token--b': 'of-its-own' },
    });
    expect([await read('a'), await read('b'), await read('c')]).toEqual([
      'of-the-environment',
      'of-its-own',
      'of-the-map',
    ]);
    expect(state.asked).toEqual(['gitlab-token--b', 'gitlab-token--c', 'gitlab-tokens']);
  });

  it('masks no ordinary word of it in the texts of every team, and says once which alias has one', async () => {
    const { read, redactor, state, logged } = arrange({
      vault: map({ a: 'token-of-team-a', b: 'password', c: 'Changeme1' }),
    });
    await read('a');
    state.clock.time += 5 * MINUTE;
    await read('a');
    const text = 'Ask for the password, not for Changeme1';
    expect(redactor.redact(text)).toBe(text);
    expect(redactor.redact('token-of-team-a')).toBe('[secret]');
    expect(logged()).toEqual(
      ['b', 'c'].map((credentialRef) => ({
        level: 'warn',
        event: 'credential is an ordinary word',
        credentialRef,
        kind: 'gitlab-token',
      })),
    );
  });

  it('is read anew where GitLab has refused a token of it', async () => {
    const { read, registry, state } = arrange({ vault: map({ a: 'token-old' }) });
    expect(await read('a')).toBe('token-old');
    state.secrets = map({ a: 'token-new' });
    const used: string[] = [];
    await withRereadOn401(registry, 'a', async (secret) => {
      used.push(secret.reveal());
      if (used.length === 1) throw new TaskError('gitlab-unauthorized');
    });
    expect(used).toEqual(['token-old', 'token-new']);
  });

  it.each<{ name: string; text: string; detail: string }>([
    {
      name: 'is no JSON',
      text: '{"a": canary-4711',
      detail: 'gitlab-tokens is not a JSON object of aliases and tokens',
    },
    { name: 'is a list', text: '["canary-4711"]', detail: 'gitlab-tokens is not a JSON object of aliases and tokens' },
    { name: 'has a number', text: '{"a": 47114711}', detail: 'has the alias "a" whose value is not a text' },
    {
      name: 'has two tokens in one',
      text: '{"a": "canary-4711 x"}',
      detail: 'has the alias "a" whose value holds spaces',
    },
    { name: 'has a token that is too short', text: '{"a": "4711"}', detail: 'whose value is too short to be a token' },
    {
      name: 'has an alias twice',
      text: '{"a-b": "canary-4711", "A_B": "canary-4712"}',
      detail: 'has the alias "a_b" twice',
    },
  ])('says what is wrong when it $name, without a value', async ({ text, detail }) => {
    const { registry, state } = arrange({ vault: { 'gitlab-tokens': text } });
    const error = await failureOf(registry.get(text.includes('a-b') ? 'a_b' : 'a'));
    expect(error).toMatchObject({ code: 'credential-unknown', detail: expect.stringContaining(detail) });
    expect(inspect([error, registry, state.lines], { depth: 9, showHidden: true })).not.toMatch(/canary|4711/);
  });

  it('stays in use as it was while an edit of it cannot be read, and no longer than that', async () => {
    const { read, registry, state, logged } = arrange({ vault: map({ a: 'token-old', b: 'token-of-b' }) });
    expect([await read('a'), await read('b')]).toEqual(['token-old', 'token-of-b']);
    state.secrets = { 'gitlab-tokens': '{"a": token-new' };
    state.clock.time += 5 * MINUTE;
    expect([await read('a'), await read('b')]).toEqual(['token-old', 'token-of-b']);
    expect(logged()).toEqual(
      ['a', 'b'].map((credentialRef) => ({
        level: 'error',
        event: 'credential map unreadable',
        credentialRef,
        vaultSecret: 'gitlab-tokens',
        text: expect.stringContaining('gitlab-tokens is not a JSON object'),
      })),
    );
    // It was never in use, so there is nothing to keep.
    expect((await failureOf(registry.get('c'))).detail).toContain('is not a JSON object');

    state.secrets = map({ a: 'token-new' });
    state.clock.time += 5 * MINUTE;
    expect(await read('a')).toBe('token-new');
    expect((await failureOf(registry.get('b'))).code).toBe('credential-unknown');
  });

  it('keeps nothing of a secret of its own that was deleted while the map cannot be read', async () => {
    const { read, registry, state } = arrange({ vault: { 'gitlab-token--a': 'token-of-its-own' } });
    expect(await read('a')).toBe('token-of-its-own');
    state.secrets = { 'gitlab-tokens': '{"a": token-new' };
    state.clock.time += 5 * MINUTE;
    expect((await failureOf(registry.get('a'))).detail).toContain('is not a JSON object');
    expect(registry.listAliases()).toEqual([]);
  });

  it('takes nothing from others for one entry that is wrong, and repeats no name that is none', async () => {
    const { read, registry } = arrange({
      vault: map({ a: 'token-good', b: 'x', 'glpat-0123456789abcdefghij': 'token-good' }),
    });
    expect(await read('a')).toBe('token-good');
    expect((await failureOf(registry.get('b'))).detail).toContain('the alias "b"');
    expect((await failureOf(registry.get('c'))).detail).toContain('No credential "c"');
  });

  it('is masked from the moment it is read, the text as a whole and each token', async () => {
    const { read, redactor, state } = arrange({ vault: map({ a: 'canary-token-of-a', b: 'canary-token-of-b' }) });
    await read('a');
    expect(redactor.redact(`canary-token-of-b and ${state.secrets['gitlab-tokens']}`)).toBe('[secret] and [secret]');
  });
});

describe('a token that is named by its place', () => {
  it('is read from the variable of that very name, masked before it is used, and asks no vault', async () => {
    const { registry, state, redactor } = arrange({
      environment: { TEAM_A: 'token-of-team-a', team_a: 'other' },
      vault: {},
    });

    expect((await registry.get('env:TEAM_A')).reveal()).toBe('token-of-team-a');
    expect(redactor.redact('token-of-team-a')).not.toContain('token-of-team-a');
    expect(state.asked).toEqual([]);
    expect(registry.describe()).toContainEqual({ alias: 'env:TEAM_A', source: 'environment', name: 'TEAM_A' });
    expect(await registry.reread('env:TEAM_A')).toBe(false);
  });

  it('is read from the secret of that very name, whichever alias it was made for, and from no map of tokens', async () => {
    const { registry, state } = arrange({
      vault: { 'team-a': 'token-of-team-a', 'gitlab-tokens': '{"keyvault:none": "token-of-the-map"}' },
    });
    state.tags = { alias: 'another' };

    expect((await registry.get('keyvault:Team-A')).reveal()).toBe('token-of-team-a');
    expect(state.asked).toEqual(['team-a']);
    expect(await failureOf(registry.get('keyvault:none'))).toMatchObject({
      code: 'credential-unknown',
      detail: 'No credential "keyvault:none": the Key Vault has no secret none, or it is disabled.',
    });
  });

  it.each([
    ['env:MISSING', 'No credential "env:MISSING": the variable MISSING is not set here.'],
    ['env:SHORT', 'SHORT is too short to be a token: paste the token again.'],
    ['env:REFERENCE', 'REFERENCE still holds the text of its Key Vault reference'],
    ['file:/etc/token', 'The credential_ref is not a name'],
    ['env:JIRA_API_TOKEN', 'The credential_ref is not a name'],
  ])('%s is refused without its value', async (ref, detail) => {
    const environment = {
      SHORT: 'abc',
      REFERENCE: '@Microsoft.KeyVault(VaultName=kv;SecretName=s)',
      JIRA_API_TOKEN: 'secret-of-jira',
    };
    const failure = await failureOf(arrange({ environment }).registry.get(ref));

    expect(failure).toMatchObject({ code: 'credential-unknown', detail: expect.stringContaining(detail) });
    expect(inspect(failure)).not.toMatch(/\babc\b|secret-of-jira/);
  });
});
