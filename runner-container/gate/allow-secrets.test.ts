import { expect, it } from 'vitest';

import { createAllowList } from './allow-secrets.ts';

const { allows: isAllowed } = createAllowList(
  '# Keys of tests only\r\ntest/fixtures/**\r\n\r\n  docker-compose.yml  \n',
);

it.each([
  ['test/fixtures/keys/a.pem', true],
  ['docker-compose.yml', true],
  ['deploy/docker-compose.yml', true],
  ['src/config.ts', false],
  ['Keys of tests only', false],
])('lets credentials pass in %s: %s', (path, allowed) => expect(isAllowed(path)).toBe(allowed));

it('lets nothing pass when it is empty', () => {
  expect(createAllowList('').allows('src/config.ts')).toBe(false);
});

it.each(['!tests/fixtures/real.env', '!real.env', '!(real).env', '/', './', '.', '../other/**', 'a/../../b', '..'])(
  'lets nothing pass by the line %s, and names it',
  (line) => {
    const { allows, unusable } = createAllowList(`tests/fixtures/**\n${line}\n`);
    expect(unusable).toEqual([line]);
    expect(['prod.env', 'src/prod.env', 'b', '.'].filter(allows)).toEqual([]);
    expect(allows('tests/fixtures/a.env')).toBe(true);
  },
);

it.each(['.env.example', '/docs/', 'a..b', '*'])('takes the line %s', (line) => {
  expect(createAllowList(line).unusable).toEqual([]);
});
