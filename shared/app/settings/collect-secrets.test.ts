import { expect, it } from 'vitest';

import { Secret } from '../../kernel/secret.ts';
import { collectSecrets } from './collect-secrets.ts';

it('finds secrets at any depth, and the key inside a connection string', () => {
  const settings = {
    jira: { apiToken: new Secret('jira-token') },
    storage: { connectionString: new Secret('AccountName=a;AccountKey=a2V5==;EndpointSuffix=core.windows.net') },
    hooks: [new Secret('hook-secret')],
    name: 'cmap',
    none: undefined,
  };

  expect(collectSecrets(settings).map((secret) => secret.reveal())).toEqual([
    'jira-token',
    'AccountName=a;AccountKey=a2V5==;EndpointSuffix=core.windows.net',
    'a2V5==',
    'hook-secret',
  ]);
});
