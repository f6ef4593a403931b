import { expect, it } from 'vitest';

import { createAllowList } from './allow-secrets.ts';

const isAllowed = createAllowList('# Keys of tests only\r\ntest/fixtures/**\r\n\r\n  docker-compose.yml  \n');

it.each([
  ['test/fixtures/keys/a.pem', true],
  ['docker-compose.yml', true],
  ['deploy/docker-compose.yml', true],
  ['src/config.ts', false],
  ['Keys of tests only', false],
])('lets credentials pass in %s: %s', (path, allowed) => expect(isAllowed(path)).toBe(allowed));

it('lets nothing pass when it is empty', () => {
  expect(createAllowList('')('src/config.ts')).toBe(false);
});
