import { expect, it } from 'vitest';
import { addressOf, readPlace } from './read-place.ts';

it.each([
  ['group/app', { kind: 'project', project: 'group/app' }],
  ['group/sub/app/', { kind: 'project', project: 'group/sub/app' }],
  ['group/app/-/merge_requests', { kind: 'project', project: 'group/app' }],
  ['group/app/-/merge_requests/3', { kind: 'merge-request', project: 'group/app', iid: 3, action: '' }],
  ['group/app/-/merge_requests/3/diffs', { kind: 'merge-request', project: 'group/app', iid: 3, action: 'diffs' }],
  ['group/app/-/commit/0123abcdef', { kind: 'commit', project: 'group/app', sha: '0123abcdef' }],
  ['group/app/-/commit/--output=x', undefined],
  ['group/app/-/tree/agent/PROJ-1', { kind: 'commit', project: 'group/app', sha: 'agent/PROJ-1' }],
  ['group/app/-/tree/--output=x', undefined],
  ['group/app/-/settings', undefined],
  ['group/a%20b', { kind: 'project', project: 'group/a b' }],
  ['group/%ff', undefined],
  ['', undefined],
])('reads %s', (address, place) => {
  expect(readPlace(address)).toEqual(place);
});

it('makes addresses that are read again', () => {
  expect(addressOf('group/a b', 'merge_requests/3')).toBe('/gitlab/group/a%20b/-/merge_requests/3');
  expect(addressOf('group/app')).toBe('/gitlab/group/app');
});
