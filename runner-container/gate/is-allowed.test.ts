import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AllowedFile } from '../../shared/domain/runs/refused-work.ts';
import { aChangeList, aChangePolicy } from '../../test/builders/changes.ts';
import type { Change } from '../git/change.ts';
import { checkChange } from './check-change.ts';
import { mayBeAllowed } from './is-allowed.ts';
import { RULE_KINDS } from './rule-kinds.ts';

const CI = '.gitlab-ci.yml';
const MIB = 2 ** 20;
const READ = 'file 1111';

function rulesOf(change: Partial<Change>, allowed: AllowedFile[], paths?: string[]): string[] {
  const policy = { ...aChangePolicy([CI, 'weird*']), allowed, ...(paths ? { paths } : {}) };
  const result = checkChange(aChangeList([change]), policy);
  return result.kind === 'refused' ? result.violations.map(({ rule }) => rule) : [];
}

describe('a file that a person lets pass', () => {
  const ci = { path: CI, rule: 'protected-path', content: READ };

  it.each([
    { name: 'its rule', change: { path: CI }, allowed: [ci], rules: [] },
    { name: 'what was read', change: { path: CI, content: READ }, allowed: [ci], rules: [] },
    {
      name: 'other content',
      change: { path: CI, content: 'file 2222' },
      allowed: [ci],
      rules: ['protected-path'],
    },
    {
      name: 'the same content that can be executed',
      change: { path: CI, content: 'executable 1111' },
      allowed: [ci],
      rules: ['protected-path'],
    },
    {
      name: 'content of which nothing is recorded',
      change: { path: CI, content: READ },
      allowed: [{ path: CI, rule: 'protected-path' }],
      rules: ['protected-path'],
    },
    {
      name: 'the move of a file whose content was read, and not its move away',
      change: { path: 'src/a.yml', oldPath: CI, kind: 'renamed' as const, content: READ },
      allowed: [ci],
      rules: ['protected-path'],
    },
    {
      name: 'that a file is gone, also as a move',
      change: { path: 'src/a.yml', oldPath: CI, kind: 'renamed' as const, content: READ },
      allowed: [{ ...ci, content: 'none' }],
      rules: [],
    },
    {
      name: 'other content under a rule whose files do not run by themselves',
      change: { path: 'a.bin', kind: 'added' as const, binary: true, sizeBytes: 20 * MIB, content: 'file 2222' },
      allowed: [{ path: 'a.bin', rule: 'binary-too-large', content: READ }],
      rules: [],
    },
    {
      name: 'another rule',
      change: { path: CI },
      allowed: [{ ...ci, rule: 'outside-paths' }],
      rules: ['protected-path'],
    },
    { name: 'another file', change: { path: CI }, allowed: [{ ...ci, path: 'a' }], rules: ['protected-path'] },
    { name: 'another case', change: { path: '.GITLAB-CI.yml' }, allowed: [ci], rules: ['protected-path'] },
    {
      name: 'one rule of two',
      change: { path: CI },
      allowed: [ci],
      paths: ['src/**'],
      rules: ['outside-paths'],
    },
    {
      name: 'where it came from, and not where it goes',
      change: { path: 'weird.txt', oldPath: CI, kind: 'renamed' as const },
      allowed: [ci],
      rules: ['protected-path'],
    },
    {
      name: 'its own list of secrets',
      change: { path: '.cmap/allow-secrets' },
      allowed: [{ path: '.cmap/allow-secrets', rule: 'protected-path' }],
      rules: ['protected-path'],
    },
    {
      name: 'a name with a backslash behind it',
      change: { path: 'weird\\..\\x' },
      allowed: [{ path: 'weird\\..\\x', rule: 'protected-path', content: READ }],
      rules: ['path-name'],
    },
    {
      name: 'a link that leaves the repository',
      change: { path: 'a', entry: 'symlink' as const, linkTarget: '/etc/passwd' },
      allowed: [{ path: 'a', rule: 'link-leaves-repository' }],
      rules: ['link-leaves-repository'],
    },
    {
      name: 'its size, also in the sum',
      change: { path: 'a.bin', kind: 'added' as const, binary: true, sizeBytes: 20 * MIB },
      allowed: [{ path: 'a.bin', rule: 'binary-too-large' }],
      rules: [],
    },
    {
      name: 'more than can be looked through',
      change: { path: 'a.txt', kind: 'added' as const, sizeBytes: 25 * MIB },
      allowed: [{ path: 'a.txt', rule: 'file-too-large' }],
      rules: ['file-too-large'],
    },
  ])('passes what was said and nothing else: $name', ({ change, allowed, rules, paths }) => {
    expect(rulesOf(change, allowed, paths)).toEqual(rules);
  });
});

it.each([
  [{ rule: 'protected-path', path: CI }, true],
  [{ rule: 'protected-path', path: '.cmap/x', isFinal: true }, false],
  [{ rule: 'too-many-files' }, false],
  [{ rule: 'secret', path: 'a' }, false],
  [{ rule: 'submodule', path: 'a' }, false],
] as const)('mayBeAllowed says of %j: %s', (violation, may) => {
  expect(mayBeAllowed(violation)).toBe(may);
});

it('docs/refused-work.md has every rule, and says of it what the gate does', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/refused-work.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => {
    const [, rules = '', branch = '', patch = '', pass = ''] = line.split('|').map((cell) => cell.trim());
    return [...rules.matchAll(/`([a-z-]+)`/g)].map(([, rule]) => [rule, { branch, patch, pass }] as const);
  });
  const listed = new Map(rows);
  for (const [rule, { keep, allow }] of Object.entries(RULE_KINDS)) {
    const row = listed.get(rule);
    expect({ rule, branch: row?.branch, named: row?.patch === 'named', pass: row?.pass.startsWith('yes') }).toEqual({
      rule,
      branch: keep === 'branch' ? 'yes' : 'never',
      named: keep === 'named',
      pass: allow,
    });
  }
});
