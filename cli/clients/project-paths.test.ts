import { describe, expect, it } from 'vitest';
import { aCodingTask, anUpdateTask, aReplyTask, aReviewTask } from '../../test/builders/tasks.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { aboutRuns, aboutScopes, createProjectPaths } from './project-paths.ts';

const GITLAB_URL = 'https://gitlab.example.com';
const cached = (projectId: number, path?: string) => ({
  projectId,
  ...(path === undefined ? {} : { path }),
  cloneUrl: '',
  webUrl: '',
  resolvedAt: 0,
});

/** Counts how often the cache is listed. */
async function start(entries: Record<string, ReturnType<typeof cached>>, env = { GITLAB_URL }) {
  const storage = createMemoryStorage();
  for (const [key, value] of Object.entries(entries)) await storage.projects.put(key, value);
  let lists = 0;
  const projects = {
    ...storage.projects,
    list: () => {
      lists += 1;
      return storage.projects.list();
    },
  };
  return { read: createProjectPaths(async () => ({ projects }), env), lists: () => lists };
}

it.each([{ task: aReviewTask() }, { task: aReplyTask() }, { task: anUpdateTask() }])(
  'asks for the project of a $task.kind, which is about a merge request',
  ({ task }) => expect(aboutRuns([{ task }, { task: aCodingTask() }])).toMatchObject([{ projectId: task.projectId }]),
);

describe('createProjectPaths', () => {
  it('reads nothing where the runs say it themselves', async () => {
    const { read, lists } = await start({});
    const mergeRequestUrl = `${GITLAB_URL}/group/sub/app/-/merge_requests/3`;
    const paths = await read([{ projectId: 7, mergeRequestUrl }, { projectId: 7 }]);

    expect(paths(7)).toBe('group/sub/app');
    expect((await read([{ projectId: 7 }]))(7)).toBe('group/sub/app');
    expect(lists()).toBe(0);
  });

  it('lists the cache once for what they do not say, and knows the name of today', async () => {
    const { read, lists } = await start({
      [`${GITLAB_URL}|default|group/app`]: cached(7, 'renamed/app'),
      [`${GITLAB_URL}|default|group/old`]: cached(8),
    });

    expect((await read([{ projectId: 7 }]))(7)).toBe('renamed/app');
    const paths = await read([{ projectId: 8 }, { projectId: 9 }]);
    expect([paths(8), paths(9)]).toEqual(['group/old', undefined]);
    expect(lists()).toBe(1);
  });

  it('finds the path below a GitLab that stands below a path', async () => {
    const { read } = await start({}, { GITLAB_URL: 'https://example.com/gitlab/' });
    const mergeRequestUrl = 'https://example.com/gitlab/group/app/-/merge_requests/3';

    expect((await read([{ projectId: 7, mergeRequestUrl }]))(7)).toBe('group/app');
  });

  it('believes no other GitLab', async () => {
    const entries = {
      'https://old.example.com|default|group/app': cached(7, 'group/app'),
      [`${GITLAB_URL}|default|group/other`]: cached(7, 'group/other'),
    };

    expect((await (await start(entries)).read([{ projectId: 7 }]))(7)).toBe('group/other');
    const { read } = await start(entries, { GITLAB_URL: '' });
    expect((await read([{ projectId: 7 }]))(7)).toBeUndefined();
  });

  it.each(['', 'x', `${GITLAB_URL}/group/app`, `${GITLAB_URL}/-/merge_requests/3`])(
    'takes nothing from the address "%s"',
    async (mergeRequestUrl) => {
      const { read } = await start({});
      expect((await read([{ projectId: 7, mergeRequestUrl }]))(7)).toBeUndefined();
    },
  );
});

it('aboutScopes finds the projects of merge requests only', () => {
  expect(aboutScopes(['issue~PROJ-1', 'mr~7~3', 'audit~2.4.0', 'audit~mr~7~3'])).toEqual([{ projectId: 7 }]);
});
