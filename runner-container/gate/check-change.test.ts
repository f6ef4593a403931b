import { describe, expect, it } from 'vitest';

import { BUILT_IN_DEFAULTS } from '../../shared/domain/mapping/defaults.ts';
import type { Change, ChangeList } from '../git/change.ts';
import { toChangePolicy } from './change-policy.ts';
import { checkChange } from './check-change.ts';
import { formatRefusal } from './format-refusal.ts';
import { createProtectedMatcher } from './match-protected.ts';

const policy = toChangePolicy({
  limits: BUILT_IN_DEFAULTS.limits,
  protectedPaths: ['.gitlab-ci.yml', '.gitlab/**', 'infra/', '/Makefile', '**/*.pem', 'db/{schema,seed}.sql'],
});

function aChange(overrides: Partial<Change> = {}): Change {
  return { path: 'src/a.ts', kind: 'modified', entry: 'file', sizeBytes: 10, binary: false, ...overrides };
}

function aList(changes: Partial<Change>[], overrides: Partial<ChangeList> = {}): ChangeList {
  return {
    changes: changes.map(aChange),
    truncated: false,
    pathsBefore: ['README.md', 'src/a.ts', 'src/b.ts'],
    ...overrides,
  };
}

function rules(list: ChangeList): string[] {
  const result = checkChange(list, policy);
  return result.kind === 'passed' ? [] : result.violations.map(({ rule }) => rule);
}

describe('protected paths', () => {
  const find = createProtectedMatcher(policy.protectedPaths);
  it.each([
    '.gitlab-ci.yml',
    '.GitLab-CI.yml',
    '.gitlab-ci.\u200cyml',
    'sub/.gitlab-ci.yml',
    '.gitlab/agents/a/config.yaml',
    'infra/main.tf',
    'sub/infra/main.tf',
    'sub/deeper/infra',
    '.cmap/allow-secrets',
    'INFRA/x/y.tf',
    'infra',
    'Makefile',
    'certs/a/key.PEM',
    'db/seed.sql',
    '.gitlab-ci.ｙml',
  ])('%s is protected', (path) => expect(find(path)).toBeDefined());
  it.each(['gitlab-ci.yml', 'sub/Makefile', 'docs/infra-notes.md', 'db/other.sql', 'src/pem.ts'])('%s is not', (path) =>
    expect(find(path)).toBeUndefined(),
  );

  it.each([
    { name: 'deleting one', change: { path: '.gitlab-ci.yml', kind: 'deleted', entry: 'none' } },
    { name: 'moving one away', change: { path: 'ci.yml', oldPath: '.gitlab-ci.yml', kind: 'renamed' } },
    { name: 'moving something there', change: { path: '.gitlab-ci.yml', oldPath: 'ci.yml', kind: 'renamed' } },
    {
      name: 'putting a link in the place of its directory',
      change: { path: 'infra', kind: 'added', entry: 'symlink', linkTarget: 'src' },
    },
  ] as const)('$name is refused', ({ change }) => expect(rules(aList([change]))).toEqual(['protected-path']));
});

describe('single entries', () => {
  it.each([
    { name: 'an ordinary change', change: {}, rules: [] },
    { name: 'a git directory', change: { path: 'a/.git/config' }, rules: ['git-directory'] },
    { name: 'a git directory in other letters', change: { path: 'a/.GIT/hooks/x' }, rules: ['git-directory'] },
    { name: 'a git directory for HFS+', change: { path: '.g\u200cit/config' }, rules: ['git-directory'] },
    { name: 'a git directory for NTFS', change: { path: 'x/GIT~1/config' }, rules: ['git-directory'] },
    {
      name: 'a git directory with a stream',
      change: { path: '.git::$INDEX_ALLOCATION/config' },
      rules: ['git-directory'],
    },
    { name: '.gitignore', change: { path: '.gitignore' }, rules: [] },
    { name: 'a line end in a name', change: { path: 'a\nb' }, rules: ['path-name'] },
    { name: 'a way out of the repository', change: { path: 'src/../../b' }, rules: ['path-name'] },
    { name: 'a way up at the end', change: { path: 'src/..' }, rules: ['path-name'] },
    { name: 'a name that is not UTF-8', change: { path: 'a\ufffd' }, rules: ['path-name'] },
    { name: 'deleting an odd name', change: { path: 'a\nb', kind: 'deleted', entry: 'none' }, rules: [] },
    { name: 'a submodule', change: { entry: 'submodule' }, rules: ['submodule'] },
    { name: 'a pipe', change: { entry: 'other' }, rules: ['special-file'] },
    { name: 'a large new file', change: { kind: 'added', sizeBytes: 2 ** 20 + 1 }, rules: ['file-too-large'] },
    { name: 'much new text', change: { sizeBytes: 2 ** 21, addedBytes: 2 ** 20 + 1 }, rules: ['file-too-large'] },
    { name: 'a line in a large file', change: { sizeBytes: 1.2 * 2 ** 20, addedBytes: 60 }, rules: [] },
    { name: 'a large file that was only moved', change: { sizeBytes: 2 ** 30, addedBytes: 0 }, rules: [] },
    { name: 'a file too large to be read', change: { sizeBytes: 2 ** 30 }, rules: ['file-too-large'] },
    { name: 'a large binary', change: { sizeBytes: 600 * 1024, binary: true }, rules: ['binary-too-large'] },
    { name: 'a small binary', change: { sizeBytes: 600, binary: true }, rules: [] },
  ] as const)('$name', ({ change, rules: expected }) => expect(rules(aList([change]))).toEqual(expected));

  it.each([
    { path: 'a/b/link', target: '../../src', inside: true },
    { path: 'link', target: 'src/a.ts', inside: true },
    { path: 'a/link', target: './b', inside: true },
    { path: 'a/b/link', target: '../../../x', inside: false },
    { path: 'link', target: '..', inside: false },
    { path: 'link', target: '/etc/passwd', inside: false },
    { path: 'a/link', target: 'other/../../..', inside: false },
    { path: 'a/link', target: '../.git/config', inside: false },
    { path: 'link', target: '', inside: false },
  ])('link $path -> "$target" stays inside: $inside', ({ path, target, inside }) => {
    expect(rules(aList([{ path, entry: 'symlink', linkTarget: target }]))).toEqual(
      inside ? [] : ['link-leaves-repository'],
    );
  });
});

describe('collisions', () => {
  it.each([
    { name: 'other case', path: 'SRC/c.ts', collides: true },
    { name: 'other Unicode form', path: 'src/cafe\u0301.ts', collides: true },
    { name: 'a new name', path: 'src/d.ts', collides: false },
  ])('$name', ({ path, collides }) => {
    const list = aList([{ path, kind: 'added' }], { pathsBefore: ['src/a.ts', 'src/caf\u00e9.ts'] });
    expect(rules(list)).toEqual(collides ? ['path-collision'] : []);
  });

  it('between two new files', () =>
    expect(
      rules(
        aList([
          { path: 'x', kind: 'added' },
          { path: 'X', kind: 'added' },
        ]),
      ),
    ).toEqual(['path-collision']));

  it('a file whose case was corrected is fine', () => {
    expect(rules(aList([{ path: 'Readme.md', oldPath: 'README.md', kind: 'renamed' }]))).toEqual([]);
  });

  it('twins the repository has already are not blamed on the change', () => {
    expect(rules(aList([{ path: 'b', kind: 'added' }], { pathsBefore: ['a', 'A'] }))).toEqual([]);
  });
});

describe('amounts', () => {
  const many = (count: number, change: Partial<Change>) =>
    Array.from({ length: count }, (_, index) => ({ path: `f${index}`, ...change }));
  const aRepositoryOf = (count: number) => ({ pathsBefore: Array.from({ length: count }, (_, index) => `f${index}`) });
  it.each([
    { name: '300 files', list: aList(many(300, {})), rules: [] },
    { name: '301 files', list: aList(many(301, {})), rules: ['too-many-files'] },
    { name: 'a list without end', list: aList([], { truncated: true }), rules: ['too-many-files'] },
    { name: '11 MB', list: aList(many(11, { kind: 'added', sizeBytes: 2 ** 20 })), rules: ['change-too-large'] },
    { name: '11 MB of new text', list: aList(many(11, { addedBytes: 2 ** 20 })), rules: ['change-too-large'] },
    {
      name: 'a line in each of 11 large files',
      list: aList(many(11, { sizeBytes: 2 ** 20, addedBytes: 9 })),
      rules: [],
    },
    {
      name: 'everything deleted',
      list: aList(many(3, { kind: 'deleted', entry: 'none' }), aRepositoryOf(3)),
      rules: ['too-many-deletions'],
    },
    {
      name: 'more than half of many files deleted',
      list: aList(many(51, { kind: 'deleted', entry: 'none' }), aRepositoryOf(100)),
      rules: ['too-many-deletions'],
    },
    {
      name: 'half of many files deleted',
      list: aList(many(50, { kind: 'deleted', entry: 'none' }), aRepositoryOf(100)),
      rules: [],
    },
    {
      name: 'most of a few files deleted',
      list: aList(many(3, { kind: 'deleted', entry: 'none' }), aRepositoryOf(4)),
      rules: [],
    },
    {
      name: 'everything moved',
      list: aList(
        [
          ...many(50, { kind: 'deleted', entry: 'none' }),
          ...many(50, { kind: 'added' }).map(({ path }) => ({ path: `new/${path}`, kind: 'added' as const })),
        ],
        aRepositoryOf(50),
      ),
      rules: [],
    },
  ])('$name', ({ list, rules: expected }) => expect(rules(list)).toEqual(expected));
});

describe('formatRefusal', () => {
  it('names the files, the reasons and what to do, each step once', () => {
    const result = checkChange(aList([{ path: '.gitlab-ci.yml' }, { path: '.gitlab/x' }]), policy);
    if (result.kind === 'passed') throw new Error('expected a refusal');
    expect(formatRefusal(result.violations)).toBe(
      [
        'Nothing was pushed, because the change was refused:',
        '',
        '- `.gitlab-ci.yml`: Is protected by ".gitlab-ci.yml".',
        '- `.gitlab/x`: Is protected by ".gitlab/**".',
        '',
        'What you can do:',
        '',
        '- Make the change of protected files by hand, or adjust `protected_paths` of the binding.',
      ].join('\n'),
    );
  });

  it('lets no file name become markup, and ends', () => {
    const violations = Array.from({ length: 30 }, () => ({
      rule: 'path-name' as const,
      path: 'x`\n# [a](b)',
      message: 'Is odd.',
    }));
    const text = formatRefusal(violations);
    expect(text).toContain('- `x\ufffd\ufffd# [a](b)`: Is odd.');
    expect(text).toContain('- and 10 more');
  });
});
