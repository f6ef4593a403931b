import { expect, it } from 'vitest';

import type { QuarantineReason, RegistryEntry } from '../../../shared/services/projects/registry-entry.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { groupEntries } from './poll-groups.ts';

let projects = 0;

function entry(
  repo: string,
  options: { ref?: string; id?: number; path?: string; why?: QuarantineReason } = {},
): RegistryEntry {
  projects += 1;
  const binding = { ...aReviewedBinding(), jiraProject: `P${projects}`, repo, credentialRef: options.ref ?? 'default' };
  if (options.why) {
    return { state: 'quarantined', binding, quarantine: { reason: options.why, hint: '', since: 0, retryAt: 0 } };
  }
  const path = options.path === undefined ? {} : { path: options.path };
  return { state: 'ready', binding, project: { projectId: options.id ?? projects, ...path, cloneUrl: '', webUrl: '' } };
}

it('asks once per credential and top-level group', () => {
  const groups = groupEntries([
    entry('group/a'),
    entry('Group/sub/b'),
    entry('other/c'),
    entry('group/d', { ref: 'team' }),
    entry('group/e', { ref: 'TEAM' }),
  ]);
  expect(groups.map(({ name, bindings }) => [name, bindings.size])).toEqual([
    ['gitlab~default~group', 2],
    ['gitlab~default~other', 1],
    ['gitlab~team~group', 2],
  ]);
});

it('asks for a project that was transferred in the group where it stands now', () => {
  const groups = groupEntries([
    entry('old/a', { id: 7, path: 'New/a' }),
    entry('old/b', { id: 8, path: 'old/b' }),
    entry('old/c', { id: 9 }),
    entry('new/d', { id: 10, path: 'new/d' }),
  ]);
  expect(groups.map(({ name, groupPath, bindings }) => [name, groupPath, [...bindings.keys()]])).toEqual([
    ['gitlab~default~new', 'New', [7, 10]],
    ['gitlab~default~old', 'old', [8, 9]],
  ]);
});

it('lets the first of several bindings speak for a project', () => {
  const groups = groupEntries([entry('group/a', { id: 7 }), entry('group/a', { id: 7, ref: 'team' })]);
  expect(groups).toMatchObject([{ name: 'gitlab~default~group' }]);
});

it.each<{ why: QuarantineReason; held: boolean }>([
  { why: 'unreachable', held: true },
  { why: 'rate-limited', held: true },
  { why: 'unauthorized', held: true },
  { why: 'unexpected', held: true },
  { why: 'not-found', held: false },
  { why: 'archived', held: false },
  { why: 'forbidden', held: false },
])('a repository that is $why holds its group: $held', ({ why, held }) => {
  expect(groupEntries([entry('group/a'), entry('group/b', { why })])).toMatchObject([{ held }]);
});

it('asks for nothing where no repository is known', () => {
  expect(groupEntries([entry('group/a', { why: 'unreachable' })])).toEqual([]);
});
