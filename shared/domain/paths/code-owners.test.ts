import { describe, expect, it } from 'vitest';
import { listOwners } from './list-owners.ts';
import { createOwnerMatcher } from './match-owner-pattern.ts';
import { parseCodeOwners } from './parse-code-owners.ts';

const ownersOf = (file: string, ...paths: string[]) => listOwners(parseCodeOwners(file), paths);

it.each([
  ['*', 'a/b.ts', true],
  ['README.md', 'docs/README.md', true],
  ['/README.md', 'docs/README.md', false],
  ['/docs/', 'docs/a/b.md', true],
  ['docs/', 'src/docs/a.md', true],
  ['/docs', 'docs/a.md', false],
  ['/docs/*', 'docs/a.md', true],
  ['/docs/*', 'docs/a/b.md', false],
  ['/docs/**/*.md', 'docs/b.md', true],
  ['/docs/**/*.md', 'docs/a/c/b.md', true],
  ['/docs/**', 'docs/a/b.md', false],
  ['*.ts', 'src/.hidden.ts', true],
  ['*.TS', 'src/a.ts', false],
  ['/a?c.ts', 'abc.ts', true],
  ['/[a-c]x', 'bx', true],
  ['/[!a-c]x', 'bx', false],
  [String.raw`/two\ words.md`, 'two words.md', true],
  [String.raw`\#mine`, '#mine', true],
  ['/src/**/test/*.ts', 'src/test/a.ts', true],
  ['/src/**/test/*.ts', 'src/a/test/b/c.ts', false],
])('%s matches %s: %s', (pattern, path, expected) => {
  expect(createOwnerMatcher(pattern)(path)).toBe(expected);
});

describe('owners of a change', () => {
  it.each([
    {
      name: 'of the last rule that matches',
      file: '* @all\n/src/ @ada\n/src/x.ts @bob\n',
      path: 'src/x.ts',
      owners: ['@bob'],
    },
    { name: 'none where that rule names none', file: '* @all\n/src/\n', path: 'src/x.ts', owners: [] },
    { name: 'of a rule before a comment', file: '# @no\n*.ts @ada # not @bob\n', path: 'a.ts', owners: ['@ada'] },
    { name: 'of each section', file: '* @ada\n[Docs]\n*.md @bob\n', path: 'a.md', owners: ['@ada', '@bob'] },
    {
      name: 'by default of the section',
      file: '[Docs][2] @ada @bob\n*.md\n/x.md @carol\n',
      path: 'a.md',
      owners: ['@ada', '@bob'],
    },
    {
      name: 'its own in a section with defaults',
      file: '[Docs] @ada\n*.md\n/x.md @carol\n',
      path: 'x.md',
      owners: ['@carol'],
    },
    {
      name: 'required before optional',
      file: '^[Docs]\n*.md @ada\n[Legal]\n*.md @bob\n',
      path: 'a.md',
      owners: ['@bob', '@ada'],
    },
    {
      name: 'of sections of one name together',
      file: '[Docs] @ada\n*.md\n[DOCS]\n/x.md @bob\n',
      path: 'x.md',
      owners: ['@bob'],
    },
    { name: 'without what is excluded', file: '* @ada\n!*.lock\n/a.lock @ada\n', path: 'a.lock', owners: [] },
    {
      name: 'people, groups, roles and addresses',
      file: '* @ada @group/sub/team @@maintainer dev@example.com junk',
      path: 'a',
      owners: ['@ada', '@group/sub/team', '@@maintainer', 'dev@example.com'],
    },
    { name: 'of a Windows file', file: '* @all\r\n*.md @ada\r\n', path: 'a.md', owners: ['@ada'] },
  ])('are those $name', ({ file, path, owners }) => {
    expect(ownersOf(file, path)).toEqual(owners);
  });

  it('come by how much they own', () => {
    expect(ownersOf('* @ada\n/src/ @bob\n', 'a.md', 'src/a', 'src/b', 'src/b')).toEqual(['@bob', '@ada']);
  });

  it('are found in bounded time, whatever a pattern is', () => {
    const file = `${'*a'.repeat(500)}b @ada\n${'**/'.repeat(300)}x @bob\n`.repeat(20);
    const paths = Array.from({ length: 600 }, (_, index) => `${'a/'.repeat(30)}${'a'.repeat(200)}${index}`);
    const start = performance.now();
    expect(ownersOf(file, ...paths)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
