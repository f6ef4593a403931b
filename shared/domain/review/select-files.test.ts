import { expect, it } from 'vitest';

import type { FileDiff } from './parse-diff.ts';
import { selectFiles } from './select-files.ts';

const change = (newPath: string, values: Partial<FileDiff> = {}) => ({
  diff: { oldPath: newPath, newPath, status: 'modified' as const, hunks: [], ...values },
});

it('selects everything where there is no glob, and says whose content is not read', () => {
  const changes = [change('src/a.ts'), change('logo.png', { status: 'binary' })];
  expect(selectFiles(changes, [])).toEqual({ selected: changes, leftOut: [{ path: 'logo.png', why: 'binary' }] });
});

it('selects what is under a glob before or after the change, and names the rest', () => {
  const changes = [change('src/a.ts'), change('lib/b.ts', { oldPath: 'src/b.ts' }), change('docs/c.md'), change('.x')];
  const { selected, leftOut } = selectFiles(changes, ['src/**']);
  expect(selected.map(({ diff }) => diff.newPath)).toEqual(['src/a.ts', 'lib/b.ts']);
  expect(leftOut).toEqual([
    { path: 'docs/c.md', why: 'paths' },
    { path: '.x', why: 'paths' },
  ]);
});

it.each(['src', 'src/', '/src/**', '*.ts'])('reads the paths of a binding as every other list of paths: %s', (glob) => {
  const { selected } = selectFiles([change('src/deep/a.ts'), change('docs/c.md')], [glob]);
  expect(selected.map(({ diff }) => diff.newPath)).toEqual(['src/deep/a.ts']);
});

it('leaves out and names lock files where they are not to be read, binary ones among them', () => {
  const changes = [change('package.json'), change('web/package-lock.json'), change('bun.lockb', { status: 'binary' })];
  expect(selectFiles(changes, []).selected).toHaveLength(3);
  const { selected, leftOut } = selectFiles(changes, [], { leavesOutLocks: true });
  expect(selected.map(({ diff }) => diff.newPath)).toEqual(['package.json']);
  expect(leftOut).toEqual([
    { path: 'web/package-lock.json', why: 'lock-file' },
    { path: 'bun.lockb', why: 'lock-file' },
  ]);
});
