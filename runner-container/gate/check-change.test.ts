import { describe, expect, it } from 'vitest';
import { createPathMatcher } from '../../shared/domain/paths/create-path-matcher.ts';
import { aChangeList, aChangePolicy } from '../../test/builders/changes.ts';
import type { Change, ChangeList } from '../git/change.ts';
import { checkChange } from './check-change.ts';

const PROTECTED = [
  '.gitlab-ci.yml',
  '.gitlab/**',
  'infra/',
  '/Makefile',
  './Dockerfile',
  '**/*.pem',
  'db/{schema,seed}.sql',
  'deploy/prod//',
  'ΟΔΟΣ*',
];

function check(list: ChangeList) {
  const result = checkChange(list, aChangePolicy(PROTECTED));
  return result.kind === 'refused' ? result.violations : [];
}

function rules(list: ChangeList): string[] {
  return check(list).map(({ rule }) => rule);
}

describe('protected paths', () => {
  const find = (path: string) => createPathMatcher(aChangePolicy(PROTECTED).protectedPaths)(path);

  it.each([
    ['.gitlab-ci.yml', '.gitlab-ci.yml'],
    ['.GitLab-CI.yml', '.gitlab-ci.yml'],
    ['.gitlab-ci.\u200cyml', '.gitlab-ci.yml'],
    ['.gitlab-ci.ｙml', '.gitlab-ci.yml'],
    ['sub/.gitlab-ci.yml', '.gitlab-ci.yml'],
    ['.hidden/.gitlab-ci.yml', '.gitlab-ci.yml'],
    ['.gitlab/agents/a/config.yaml', '.gitlab/**'],
    ['infra', 'infra/'],
    ['infra/main.tf', 'infra/'],
    ['sub/infra/main.tf', 'infra/'],
    ['sub/deeper/infra', 'infra/'],
    ['INFRA/x/y.tf', 'infra/'],
    ['.cmap/allow-secrets', '.cmap/**'],
    ['Makefile', '/Makefile'],
    ['Dockerfile', './Dockerfile'],
    ['certs/a/key.PEM', '**/*.pem'],
    ['.certs/.key.pem', '**/*.pem'],
    ['db/seed.sql', 'db/{schema,seed}.sql'],
    ['deploy/prod/values.yaml', 'deploy/prod//'],
    ['deploy/prod', 'deploy/prod//'],
    ['οδοσακια.md', 'ΟΔΟΣ*'],
  ])('%s is protected by %s', (path, pattern) => expect(find(path)).toBe(pattern));

  it.each([
    'gitlab-ci.yml',
    'sub/Makefile',
    'sub/Dockerfile',
    'docs/infra-notes.md',
    'db/other.sql',
    'dbseed.sql',
    'deployprod',
    'src/pem.ts',
  ])('%s is not', (path) => expect(find(path)).toBeUndefined());

  it.each(['/', './', '//'])('%s is the whole repository', (pattern) => {
    expect(createPathMatcher([pattern])('src/a.ts')).toBe(pattern);
  });

  it.each([
    { name: 'deleting one', change: { path: '.gitlab-ci.yml', kind: 'deleted', entry: 'none' } },
    { name: 'moving one away', change: { path: 'ci.yml', oldPath: '.gitlab-ci.yml', kind: 'renamed' } },
    { name: 'moving something there', change: { path: '.gitlab-ci.yml', oldPath: 'ci.yml', kind: 'renamed' } },
    {
      name: 'putting a link in the place of its directory',
      change: { path: 'infra', kind: 'added', entry: 'symlink', linkTarget: 'src' },
    },
  ] as const)('$name is refused', ({ change }) => expect(rules(aChangeList([change]))).toEqual(['protected-path']));
});

describe('single entries', () => {
  it('lets an ordinary change pass', () => {
    expect(checkChange(aChangeList([{}]), aChangePolicy(PROTECTED))).toEqual({ kind: 'passed' });
  });

  it.each([
    { name: 'a program', change: { entry: 'executable' }, rules: [] },
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
    { name: 'a directory that ends in .git', change: { path: 'fixtures/app.git/config' }, rules: [] },
    { name: 'a line end in a name', change: { path: 'a\nb' }, rules: ['path-name'] },
    { name: 'a way out of the repository', change: { path: 'src/../../b' }, rules: ['path-name'] },
    { name: 'a way up at the end', change: { path: 'src/..' }, rules: ['path-name'] },
    { name: 'a name that is not UTF-8', change: { path: 'a\ufffd' }, rules: ['path-name'] },
    { name: 'deleting an odd name', change: { path: 'a\nb', kind: 'deleted', entry: 'none' }, rules: [] },
    { name: 'giving an odd name up', change: { path: 'ab', oldPath: 'a\nb', kind: 'renamed' }, rules: [] },
    { name: 'a submodule', change: { entry: 'submodule' }, rules: ['submodule'] },
    { name: 'a pipe', change: { entry: 'other' }, rules: ['special-file'] },
    { name: 'a new file of 1 MB', change: { kind: 'added', sizeBytes: 2 ** 20 }, rules: [] },
    { name: 'a large new file', change: { kind: 'added', sizeBytes: 2 ** 20 + 1 }, rules: ['file-too-large'] },
    { name: 'much new text', change: { sizeBytes: 2 ** 21, addedBytes: 2 ** 20 + 1 }, rules: ['file-too-large'] },
    { name: 'a line in a large file', change: { sizeBytes: 1.2 * 2 ** 20, addedBytes: 60 }, rules: [] },
    { name: 'a large file that was only moved', change: { sizeBytes: 2 ** 30, addedBytes: 0 }, rules: [] },
    { name: 'a line in a file of 24 MB', change: { sizeBytes: 24 * 2 ** 20, addedBytes: 60 }, rules: [] },
    { name: 'a file too large to be read', change: { sizeBytes: 24 * 2 ** 20 + 1 }, rules: ['file-too-large'] },
    { name: 'a binary of 512 kB', change: { sizeBytes: 2 ** 19, binary: true }, rules: [] },
    { name: 'a large binary', change: { sizeBytes: 2 ** 19 + 1, binary: true }, rules: ['binary-too-large'] },
  ] as const)('$name', ({ change, rules: expected }) => expect(rules(aChangeList([change]))).toEqual(expected));

  it.each([
    { path: 'a/b/link', target: '../../src', inside: true },
    { path: 'a/b/link', target: '../..', inside: true },
    { path: 'a/b/link', target: '../..//', inside: true },
    { path: 'link', target: 'src/a.ts', inside: true },
    { path: 'a/link', target: './b', inside: true },
    { path: 'a/link', target: './../b', inside: true },
    { path: 'a/b/link', target: '..//../src', inside: true },
    { path: 'a/link', target: '..//../src', inside: false },
    { path: 'a/link', target: './../../src', inside: false },
    { path: 'a/b/link', target: '../../../x', inside: false },
    { path: 'link', target: '..', inside: false },
    { path: 'link', target: '/etc/passwd', inside: false },
    { path: 'a/link', target: 'other/../../..', inside: false },
    { path: 'a/link', target: '../.git/config', inside: false },
    { path: 'link', target: '', inside: false },
    { path: 'link', target: undefined, inside: false },
  ])('link $path -> "$target" stays inside: $inside', ({ path, target, inside }) => {
    const link: Partial<Change> = { path, entry: 'symlink', ...(target !== undefined && { linkTarget: target }) };
    expect(rules(aChangeList([link]))).toEqual(inside ? [] : ['link-leaves-repository']);
  });

  it.each(['.gitmodules', 'sub/.gitmodules', '.GitModules'])('is no link where git takes only a file: %s', (path) => {
    expect(rules(aChangeList([{ path, entry: 'symlink', linkTarget: 'README.md' }]))).toEqual(['special-file']);
  });

  it.each<Partial<Change>>([
    { path: 'Gr\ufffd.txt', kind: 'deleted', entry: 'none' },
    { path: 'Größe.txt', oldPath: 'Gr\ufffd.txt', kind: 'renamed' },
  ])('is neither deleted nor renamed by a name that is not UTF-8: $kind', (change) => {
    expect(check(aChangeList([change]))).toEqual([
      {
        rule: 'path-name',
        path: 'Gr\ufffd.txt',
        message: 'Has a name that is not UTF-8: only people rename or delete it.',
      },
    ]);
  });

  it('is refused with a sentence each', () => {
    const changes: Partial<Change>[] = [
      { path: 'infra/main.tf' },
      { path: 'a/.git/config' },
      { path: 'a\\b' },
      { path: 'vendor/lib', entry: 'submodule' },
      { path: 'pipe', entry: 'other' },
      { path: '.gitmodules', entry: 'symlink', linkTarget: 'README.md' },
      { path: 'link', entry: 'symlink', linkTarget: '/etc/passwd' },
      { path: 'large.txt', sizeBytes: 2 ** 25 },
      { path: 'large.bin', sizeBytes: 2 ** 20, binary: true },
      { path: 'long.txt', addedBytes: 2 ** 21 },
    ];
    expect(check(aChangeList(changes)).map(({ path, message }) => `${path}: ${message}`)).toMatchInlineSnapshot(`
      [
        "infra/main.tf: Is protected by "infra/".",
        "a/.git/config: Names a git directory.",
        "a\\b: Has control characters, a backslash or broken Unicode in its name.",
        "vendor/lib: Is a repository of its own; only people add or move submodules.",
        "pipe: Is neither a file nor a link.",
        ".gitmodules: Is a link, where git takes only a file.",
        "link: Is a link that could lead out of the repository.",
        "large.txt: Is larger than 24 MB, too large to be looked through.",
        "large.bin: Is a binary file larger than 512 kB.",
        "long.txt: Has more than 1 MB of new text.",
      ]
    `);
  });
});
