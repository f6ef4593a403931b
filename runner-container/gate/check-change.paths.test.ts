import { expect, it } from 'vitest';

import { aChangeList, aFencedPolicy } from '../../test/builders/changes.ts';
import type { Change } from '../git/change.ts';
import { checkChange } from './check-change.ts';
import { formatRefusal } from './format-refusal.ts';

const PATHS = ['services/shop/**', 'libs/money'];

function refused(...changes: Partial<Change>[]) {
  const result = checkChange(aChangeList(changes), aFencedPolicy(...PATHS));
  return result.kind === 'refused' ? result.violations.map(({ rule, path }) => `${rule} ${path}`) : [];
}

it.each<Partial<Change>>([
  { path: 'services/shop/a.ts' },
  { path: 'libs/money/deep/b.ts', kind: 'added' },
  { path: 'services/shop/a.ts', kind: 'deleted', entry: 'none' },
  { path: 'services/shop/b.ts', oldPath: 'libs/money/b.ts', kind: 'renamed' },
  { path: 'services/shop/link', entry: 'symlink', linkTarget: 'a.ts' },
  { path: 'services/shop/link', entry: 'symlink', linkTarget: '../../libs/money/b.ts' },
])('lets a change inside the paths pass: %o', (change) => {
  expect(refused(change)).toEqual([]);
});

it.each<{ name: string; change: Partial<Change>; outside: string }>([
  { name: 'a file beside them', change: { path: 'services/other/a.ts' }, outside: 'services/other/a.ts' },
  { name: 'a new file at the top', change: { path: 'package.json', kind: 'added' }, outside: 'package.json' },
  { name: 'a deletion', change: { path: 'README.md', kind: 'deleted', entry: 'none' }, outside: 'README.md' },
  {
    name: 'a file that is moved out',
    change: { path: 'other/a.ts', oldPath: 'services/shop/a.ts', kind: 'renamed' },
    outside: 'other/a.ts',
  },
  {
    name: 'a file that is moved in',
    change: { path: 'services/shop/a.ts', oldPath: 'other/a.ts', kind: 'renamed' },
    outside: 'other/a.ts',
  },
  {
    name: 'a folder in other case',
    change: { path: 'services/Shop/a.ts', kind: 'added' },
    outside: 'services/Shop/a.ts',
  },
  {
    name: 'a link to a place outside',
    change: { path: 'services/shop/x', entry: 'symlink', linkTarget: '../other' },
    outside: 'services/shop/x',
  },
  {
    name: 'a link to the top',
    change: { path: 'services/shop/x', entry: 'symlink', linkTarget: '../..' },
    outside: 'services/shop/x',
  },
  {
    name: 'a link to a folder in other case',
    change: { path: 'libs/money/x', entry: 'symlink', linkTarget: '../../services/SHOP' },
    outside: 'libs/money/x',
  },
  { name: 'a submodule', change: { path: 'vendor/x', entry: 'submodule', kind: 'added' }, outside: 'vendor/x' },
])('refuses $name', ({ change, outside }) => {
  expect(refused(change)).toContain(`outside-paths ${outside}`);
});

it('keeps every other rule inside the paths', () => {
  const policy = { ...aFencedPolicy('**'), protectedPaths: ['infra', '.cmap/**'] };
  const result = checkChange(aChangeList([{ path: 'infra/a.tf' }, { path: '.cmap/allow-secrets' }]), policy);
  expect(result).toMatchObject({ violations: [{ rule: 'protected-path' }, { rule: 'protected-path' }] });
});

it('says which file, why, and what a person can do', () => {
  const result = checkChange(aChangeList([{ path: 'other/a.ts' }]), aFencedPolicy(...PATHS));
  const text = result.kind === 'refused' ? formatRefusal(result.violations) : '';
  expect(text).toContain('`other/a.ts`: Lies outside the `paths` of the binding.');
  expect(text).toContain('by a ticket of its own');
});
