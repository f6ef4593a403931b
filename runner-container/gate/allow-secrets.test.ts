import { expect, it } from 'vitest';

import { createAllowList } from './allow-secrets.ts';

const LIST =
  '# Keys of tests only\n#old/**\ntest/fixtures/**\r\n\r\n  docker-compose.yml  \ntest/key.pem  # of the tests\n!src/**\n/\n!(src)/b.pem';

it.each([
  ['test/fixtures/keys/a.pem', true],
  ['docker-compose.yml', true],
  ['test/key.pem', true],
  ['deploy/docker-compose.yml', true],
  ['deploy/b.pem', true],
  ['src/b.pem', false],
  ['src/config.ts', false],
  ['other/config.ts', false],
  ['#old/config.ts', false],
  ['# Keys of tests only', false],
  ['Keys of tests only', false],
])('lets credentials pass in %s: %s', (path, allowed) => expect(createAllowList(LIST).allows(path)).toBe(allowed));

it('lets nothing pass when it is empty', () => {
  expect(createAllowList('').allows('src/config.ts')).toBe(false);
});

it.each([
  '!tests/fixtures/real.env',
  '!real.env',
  '/',
  './',
  '.',
  '../other/**',
  'a/../../b',
  '..',
  '- prod.env',
  'prod.env:12',
])('lets nothing pass by the line %s, and names it', (line) => {
  const { allows, unusable } = createAllowList(`tests/fixtures/**\n${line}\n`);
  expect(unusable).toEqual([line]);
  expect(['prod.env', 'src/prod.env', 'b', '.'].filter(allows)).toEqual([]);
  expect(allows('tests/fixtures/a.env')).toBe(true);
});

it.each(['.env.example', '/docs/', 'a..b', '*'])('takes the line %s', (line) => {
  expect(createAllowList(line).unusable).toEqual([]);
});
