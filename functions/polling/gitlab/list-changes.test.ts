import { expect, it } from 'vitest';

import { HOUR } from '../../../shared/kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { failureOf } from '../../../test/failure-of.ts';
import { countLists, listChanges, type Ungrouped } from './list-changes.ts';

/** A group of these projects, in a GitLab in which each list fails as it is said here. */
function arrange(projectIds: number[], failures: Record<string, ErrorCode> = {}) {
  const clock = createSteppedClock();
  const ungrouped: Ungrouped = new Map();
  const asked: string[] = [];
  const group = {
    name: 'gitlab~default~group',
    credentialRef: 'default',
    groupPath: 'Group',
    bindings: new Map(projectIds.map((id) => [id, aBinding({ repo: `Group/app-${id}` })])),
    held: false,
  };
  const gitlab = {
    async listMergeRequests(
      where: { groupPath: string } | { projectId: number },
      { updatedAfter }: { updatedAfter: number },
    ) {
      const place = 'groupPath' in where ? where.groupPath : String(where.projectId);
      asked.push(`${place} after ${updatedAfter}`);
      if (failures[place]) throw new TaskError(failures[place]);
      const found = 'groupPath' in where ? projectIds : [where.projectId];
      return found.map((projectId) => aMergeRequest({ projectId }));
    },
  };
  const list = async () => {
    asked.length = 0;
    const { listed, refused } = await listChanges(group, 1000, { gitlab, ungrouped, clock });
    return { listed: listed.map(({ projectId }) => projectId), refused };
  };
  return { clock, asked, failures, list };
}

it.each([
  { name: 'a group once', projectIds: [7, 8], asked: ['Group after 1000'] },
  { name: 'a lone repository by itself', projectIds: [7], asked: ['7 after 1000'] },
])('asks for $name', async ({ projectIds, asked: expected }) => {
  const { asked, list } = arrange(projectIds);
  expect(await list()).toEqual({ listed: projectIds, refused: [] });
  expect(asked).toEqual(expected);
});

it.each<ErrorCode>(['gitlab-not-found', 'gitlab-forbidden'])(
  'asks for each repository where the group is out of sight, and for the group again after an hour: %s',
  async (code) => {
    const { asked, clock, failures, list } = arrange([7, 8], { Group: code });
    const single = ['7 after 1000', '8 after 1000'];
    expect(await list()).toEqual({ listed: [7, 8], refused: [] });
    expect(asked).toEqual(['Group after 1000', ...single]);
    delete failures['Group'];
    clock.time += HOUR - 1;
    expect(await list()).toEqual({ listed: [7, 8], refused: [] });
    expect(asked).toEqual(single);
    clock.time += 1;
    await list();
    expect(asked).toEqual(['Group after 1000']);
  },
);

it('names the repositories that are closed to us, and lists the others', async () => {
  const { list } = arrange([7, 8, 9], { Group: 'gitlab-forbidden', 7: 'gitlab-not-found', 9: 'gitlab-forbidden' });
  expect(await list()).toEqual({ listed: [8], refused: ['Group/app-7', 'Group/app-9'] });
});

it.each<{ name: string; projectIds: number[]; failures: Record<string, ErrorCode>; code: ErrorCode }>([
  {
    name: 'when every repository is closed to us',
    projectIds: [7, 8],
    failures: { Group: 'gitlab-forbidden', 7: 'gitlab-forbidden', 8: 'gitlab-not-found' },
    code: 'gitlab-not-found',
  },
  { name: 'when the only one is', projectIds: [7], failures: { 7: 'gitlab-forbidden' }, code: 'gitlab-forbidden' },
  {
    name: 'when GitLab does not answer for the group',
    projectIds: [7, 8],
    failures: { Group: 'gitlab-unavailable' },
    code: 'gitlab-unavailable',
  },
  {
    name: 'when GitLab does not answer for one repository',
    projectIds: [7, 8],
    failures: { Group: 'gitlab-forbidden', 7: 'gitlab-unavailable' },
    code: 'gitlab-unavailable',
  },
])('fails $name', async ({ projectIds, failures, code }) => {
  const { list } = arrange(projectIds, failures);
  expect(await failureOf(list())).toMatchObject({ code });
});

it.each([
  { name: 'one of a group', values: {}, ids: [7, 8, 9], lists: 1 },
  { name: 'one of a lone repository', values: {}, ids: [7], lists: 1 },
  { name: 'one more of each whose conflicts are looked for', values: { merge_target: 'on' }, ids: [7, 8, 9], lists: 4 },
  {
    name: 'two more of each whose failed pipelines are looked for, too',
    values: { merge_target: 'on', repair_pipelines: 'on' },
    ids: [7, 8, 9],
    lists: 7,
  },
] as const)('is counted as $name', ({ values, ids, lists }) => {
  const bindings = new Map(ids.map((id) => [id, aBinding({ repo: `Group/app-${id}`, ...values })]));
  const group = { name: 'g', credentialRef: 'default', groupPath: 'Group', bindings, held: false };
  expect(countLists(group, new Map(), 0)).toBe(lists);
});
