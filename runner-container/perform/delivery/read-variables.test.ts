import { expect, it } from 'vitest';

import { hideVariables } from './read-variables.ts';

it('hides each secret that validate was given, also an ordinary word, and no plain value', () => {
  const validateEnv = { REGION: 'eu-west', DB_PASSWORD: { secretRef: 'db' }, NPM_TOKEN: { secretRef: 'npm' } };
  const values = { REGION: 'eu-west', DB_PASSWORD: 'postgres', NPM_TOKEN: 'aB3dE6gH9jK2' };
  expect(hideVariables('eu-west: postgres, aB3dE6gH9jK2', { validateEnv }, values)).toBe('eu-west: [secret], [secret]');
});
