import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { parseEnvironmentCredentials } from './environment-credentials.ts';

function read(environment: Record<string, string | undefined>) {
  const { byAlias, problems } = parseEnvironmentCredentials(environment);
  const aliases = [...byAlias].map(([alias, { secret }]) => `${alias}=${secret.reveal()}`);
  return { aliases, problems: problems.map(({ name, kind }) => `${name} ${kind}`) };
}

describe('parseEnvironmentCredentials', () => {
  it.each([
    { name: 'the default', env: { GITLAB_TOKEN: 'token-one' }, aliases: ['default=token-one'], problems: [] },
    {
      name: 'names of any case',
      env: { gitlab_token__Platform_TEAM: 'token-one' },
      aliases: ['platform_team=token-one'],
      problems: [],
    },
    { name: 'a pasted line feed', env: { GITLAB_TOKEN: ' token-one\n' }, aliases: ['default=token-one'], problems: [] },
    {
      name: 'empty values as absent',
      env: { GITLAB_TOKEN: '', GITLAB_TOKEN__A: ' ', GITLAB_TOKEN__B: undefined },
      aliases: [],
      problems: [],
    },
    {
      name: 'an empty twin as no twin',
      env: { GITLAB_TOKEN__A: 'token-one', GITLAB_TOKEN__a: '' },
      aliases: ['a=token-one'],
      problems: [],
    },
    {
      name: 'the default under its long name',
      env: { GITLAB_TOKEN__DEFAULT: 'token-one' },
      aliases: ['default=token-one'],
      problems: [],
    },
    {
      name: 'other settings as none of ours',
      env: { GITLAB_TOKENS: 'token-one', GITLAB_TOKEN_A: 'token-two', MY_GITLAB_TOKEN: 'x' },
      aliases: [],
      problems: [],
    },
    {
      name: 'twins as a problem of both',
      env: { GITLAB_TOKEN__A: 'token-one', GITLAB_TOKEN__a: 'token-two' },
      aliases: [],
      problems: ['GITLAB_TOKEN__A and GITLAB_TOKEN__a invalid'],
    },
    {
      name: 'twins of the default',
      env: { GITLAB_TOKEN: 'token-one', GITLAB_TOKEN__default: 'token-one' },
      aliases: [],
      problems: ['GITLAB_TOKEN and GITLAB_TOKEN__default invalid'],
    },
    {
      name: 'no alias at all',
      env: { GITLAB_TOKEN__: 'token-one' },
      aliases: [],
      problems: ['GITLAB_TOKEN__ invalid'],
    },
    {
      name: 'an unresolved reference',
      env: { GITLAB_TOKEN__A: '@Microsoft.KeyVault(VaultName=kv;SecretName=a)' },
      aliases: [],
      problems: ['GITLAB_TOKEN__A unresolved-reference'],
    },
    {
      name: 'two tokens in one',
      env: { GITLAB_TOKEN: 'token-one token-two' },
      aliases: [],
      problems: ['GITLAB_TOKEN invalid'],
    },
    { name: 'a token that is too short', env: { GITLAB_TOKEN: 'x' }, aliases: [], problems: ['GITLAB_TOKEN invalid'] },
  ])('reads $name', ({ env, aliases, problems }) => {
    expect(read(env)).toEqual({ aliases, problems });
  });

  it('shows no value, whatever is wrong with it', () => {
    const marker = 'canary-1c9e';
    const result = parseEnvironmentCredentials({
      GITLAB_TOKEN: marker,
      gitlab_token: `${marker}2`,
      GITLAB_TOKEN__A: `${marker} space`,
      GITLAB_TOKEN__B: `@Microsoft.KeyVault(${marker})`,
      GITLAB_TOKEN__C: `${marker}3`,
    });

    expect(result.problems).toHaveLength(3);
    expect(inspect(result, { depth: 9, showHidden: true }) + JSON.stringify([...result.byAlias])).not.toContain(marker);
  });
});
