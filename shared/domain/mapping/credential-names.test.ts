import { describe, expect, it } from 'vitest';

import {
  EVENTS_SECRETS,
  EVENTS_URLS,
  hasOtherUse,
  ownsVaultSecret,
  parseAlias,
  parseEnvironmentName,
  parseTokenPlace,
  toEnvironmentName,
  toKeyVaultName,
} from './credential-names.ts';

it.each([
  { ref: 'platform_team', alias: 'platform_team' },
  { ref: ' Platform_Team ', alias: 'platform_team' },
  { ref: 'team-a', alias: 'team_a' },
  { ref: 'DEFAULT', alias: 'default' },
  { ref: '', alias: undefined },
  { ref: '_team', alias: undefined },
  { ref: 'team a', alias: undefined },
  { ref: 'team/../a', alias: undefined },
  { ref: 'ümlaut', alias: undefined },
  { ref: 'a'.repeat(100), alias: 'a'.repeat(100) },
  { ref: 'a'.repeat(101), alias: undefined },
  { ref: ['glpat', 'abcdefghijklmnopqrst'].join('-'), alias: undefined },
])('reads the ref "$ref" as $alias', ({ ref, alias }) => {
  expect(parseAlias(ref)).toBe(alias);
});

it('names an alias for the environment and the Key Vault', () => {
  expect([toEnvironmentName('default'), toKeyVaultName('default')]).toEqual(['GITLAB_TOKEN', 'gitlab-token']);
  expect([toEnvironmentName('platform_team'), toKeyVaultName('platform_team')]).toEqual([
    'GITLAB_TOKEN__PLATFORM_TEAM',
    'gitlab-token--platform-team',
  ]);
  expect([EVENTS_URLS, EVENTS_SECRETS].map((family) => toEnvironmentName('team-a', family))).toEqual([
    'EVENTS_URL__TEAM_A',
    'EVENTS_SECRET__TEAM_A',
  ]);
  expect(toKeyVaultName('team_a', EVENTS_URLS)).toBe('events-url--team-a');
});

it.each([
  { name: 'GITLAB_TOKEN', ref: 'default' },
  { name: 'gitlab_token__Platform_Team', ref: 'Platform_Team' },
  { name: 'GITLAB_TOKEN__', ref: '' },
  { name: 'GITLAB_TOKENS', ref: undefined },
  { name: 'MY_GITLAB_TOKEN', ref: undefined },
  { name: 'EVENTS_URL__TEAM_A', ref: undefined },
  { name: 'EVENTS_URL__TEAM_A', family: EVENTS_URLS, ref: 'TEAM_A' },
])('reads the ref $ref from the name $name', ({ name, family, ref }) => {
  expect(parseEnvironmentName(name, family)).toBe(ref);
});

it.each([
  { alias: 'a_b', tags: {}, owns: true },
  { alias: 'a-b', tags: {}, owns: true },
  { alias: 'a-b', tags: { alias: 'a-b' }, owns: true },
  { alias: 'a-b', tags: { alias: 'A-B ' }, owns: true },
  { alias: 'a_b', tags: { alias: 'a-b' }, owns: true },
  { alias: 'team_x', tags: { alias: 'team-x' }, owns: true },
  { alias: 'team_x', tags: { alias: 'team_y' }, owns: false },
  { alias: 'team_x', tags: { alias: '' }, owns: false },
  { alias: 'team', tags: { owner: 'platform' }, owns: true },
])('decides whose vault secret it is: $alias with $tags', ({ alias, tags, owns }) => {
  expect(ownsVaultSecret(alias, tags)).toBe(owns);
});

describe('a token that is named by its place', () => {
  it.each([
    ['env:TEAM_A_TOKEN', { kind: 'env', name: 'TEAM_A_TOKEN' }],
    ['env:teamToken', { kind: 'env', name: 'teamToken' }],
    ['keyvault:Team-A', { kind: 'keyvault', name: 'team-a' }],
    ['team_a', undefined],
    ['default', undefined],
    ['env:', undefined],
    ['env:A-B', undefined],
    ['keyvault:a_b', undefined],
    ['file:/etc/token', undefined],
    ['ENV:X', undefined],
    ['env:glpat-0123456789abcdefghij', undefined],
    ['env:JIRA_API_TOKEN', undefined],
    ['env:AZURE_CLIENT_ID', undefined],
    ['keyvault:events-secret--team-a', undefined],
    ['keyvault:gitlab-tokens', undefined],
  ])('%s is %j', (ref, place) => {
    expect(parseTokenPlace(ref)).toEqual(place);
  });

  it('is called as it is there, and has one spelling', () => {
    expect([toEnvironmentName('env:Team'), toKeyVaultName('keyvault:Team-A')]).toEqual(['Team', 'team-a']);
    expect([parseAlias(' env:Team '), parseAlias('keyvault:Team-A')]).toEqual(['env:Team', 'keyvault:team-a']);
    expect(['env:JIRA_API_TOKEN', 'keyvault:events-url', 'env:TEAM', 'team'].map(hasOtherUse)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
