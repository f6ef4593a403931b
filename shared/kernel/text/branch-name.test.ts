import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BRANCH_NAME, BRANCH_PREFIX, isBranchName, LONGEST_BRANCH_NAME } from './branch-name.ts';

describe('isBranchName', () => {
  it.each(['main', 'agent/PROJ-12', 'feature/ü', 'a.b'])('takes %j', (name) => expect(isBranchName(name)).toBe(true));
  it.each([
    '',
    '-x',
    '--force',
    '/a',
    'a/',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a.lock',
    'x/.y',
    'a@{1}',
    '@',
    'a\n',
    'a//b',
    'a.',
  ])('refuses %j', (name) => expect(isBranchName(name)).toBe(false));
});

const parts = fc.constantFrom(
  '.',
  '..',
  '/',
  '-',
  '@',
  '{',
  '.lock',
  '.lock/',
  'a',
  'Z',
  '\u00fc',
  '_',
  ' ',
  '~',
  '\u2028',
);
const names = fc.array(parts, { minLength: 1, maxLength: 6 }).map((each) => each.join(''));

describe('the patterns of the project map', () => {
  it('take no name that git refuses', () => {
    fc.assert(
      fc.property(names, (name) => {
        if (BRANCH_NAME.test(name)) expect(isBranchName(name)).toBe(true);
        if (BRANCH_PREFIX.test(name)) expect(isBranchName(`${name}PROJ-12`)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('take every name without a space that git takes', () => {
    fc.assert(
      fc.property(names, (name) => {
        if (/\s/.test(name)) return;
        if (isBranchName(name)) expect(BRANCH_NAME.test(name)).toBe(true);
        if (isBranchName(`${name}PROJ-12`)) expect(BRANCH_PREFIX.test(name)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['@', 'a.lock', 'x.lock/y', 'a/.b', 'a@{1}', '.a', 'a..b', 'a/'])('refuse the branch %j', (name) =>
    expect(BRANCH_NAME.test(name)).toBe(false),
  );

  it.each(['x.lock/', 'agent.lock/ai/', 'a@{', 'a..', '.a/', 'a/.', '/a', '-a'])('refuse the prefix %j', (name) =>
    expect(BRANCH_PREFIX.test(name)).toBe(false),
  );

  it.each(['agent/', 'ai-', 'a.', 'a.lock', '@'])('take the prefix %j', (name) =>
    expect(BRANCH_PREFIX.test(name)).toBe(true),
  );

  it('leave room for the longest key of an issue', () => {
    expect(60 + 'PROJ-'.length + 99).toBeLessThan(LONGEST_BRANCH_NAME);
  });
});
