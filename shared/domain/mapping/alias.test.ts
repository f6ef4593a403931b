import { expect, it } from 'vitest';

import { ownsVaultSecret, parseAlias, toEnvironmentName, toVaultName } from './alias.ts';

it.each([
  { ref: 'platform_team', alias: 'platform_team' },
  { ref: ' Platform_Team ', alias: 'platform_team' },
  { ref: 'team-a', alias: 'team-a' },
  { ref: 'DEFAULT', alias: 'default' },
  { ref: '', alias: undefined },
  { ref: '_team', alias: undefined },
  { ref: 'team a', alias: undefined },
  { ref: 'team/../a', alias: undefined },
  { ref: 'ümlaut', alias: undefined },
  { ref: ['glpat', 'abcdefghijklmnopqrst'].join('-'), alias: undefined },
])('reads the ref "$ref" as $alias', ({ ref, alias }) => {
  expect(parseAlias(ref)).toBe(alias);
});

it('names an alias for the environment and the Key Vault', () => {
  expect([toEnvironmentName('default'), toVaultName('default')]).toEqual(['GITLAB_TOKEN', 'gitlab-token']);
  expect([toEnvironmentName('platform_team'), toVaultName('platform_team')]).toEqual([
    'GITLAB_TOKEN__PLATFORM_TEAM',
    'gitlab-token--platform-team',
  ]);
});

it.each([
  { alias: 'a_b', tags: {}, owns: true },
  { alias: 'a-b', tags: {}, owns: false },
  { alias: 'a-b', tags: { alias: 'a-b' }, owns: true },
  { alias: 'a-b', tags: { alias: 'A-B ' }, owns: true },
  { alias: 'a_b', tags: { alias: 'a-b' }, owns: false },
  { alias: 'team', tags: { owner: 'somebody' }, owns: true },
])('decides whose vault secret it is: $alias with $tags', ({ alias, tags, owns }) => {
  expect(ownsVaultSecret(alias, tags)).toBe(owns);
});
