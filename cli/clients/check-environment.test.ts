import { expect, it } from 'vitest';

import { checkEnvironment } from './check-environment.ts';

const credential = {
  ref: 'platform_team',
  environmentName: 'GITLAB_TOKEN__PLATFORM_TEAM',
  keyVaultName: 'gitlab-token--platform-team',
  usedBy: ['A1', 'B1'],
};
const need = '(credential platform_team, used by A1, B1)';

it.each([
  { name: 'accepts one that is set', env: { GITLAB_TOKEN__PLATFORM_TEAM: 'x' }, problems: [] },
  { name: 'accepts it in any case', env: { GITLAB_TOKEN__Platform_Team: 'x' }, problems: [] },
  {
    name: 'misses one that is not set',
    env: { GITLAB_TOKEN: 'x' },
    problems: [`GITLAB_TOKEN__PLATFORM_TEAM is not set ${need}`],
  },
  {
    name: 'misses one that is empty',
    env: { GITLAB_TOKEN__PLATFORM_TEAM: ' ' },
    problems: [`GITLAB_TOKEN__PLATFORM_TEAM is not set ${need}`],
  },
  {
    name: 'refuses two that differ only in case',
    env: { GITLAB_TOKEN__PLATFORM_TEAM: 'x', GITLAB_TOKEN__platform_team: 'y' },
    problems: [`GITLAB_TOKEN__PLATFORM_TEAM and GITLAB_TOKEN__platform_team are the same credential; keep one ${need}`],
  },
  {
    name: 'refuses a reference that was not resolved',
    env: { GITLAB_TOKEN__PLATFORM_TEAM: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)' },
    problems: [
      expect.stringMatching(/^GITLAB_TOKEN__PLATFORM_TEAM is a reference to a Key Vault, which only Azure resolves: /),
    ],
  },
])('$name', ({ env, problems }) => {
  expect(checkEnvironment([credential], { env })).toEqual(problems);
});
