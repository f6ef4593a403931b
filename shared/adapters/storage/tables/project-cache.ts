import * as z from 'zod';

import type { CachedProject, ProjectCache } from '../../../domain/ports/project-cache.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const StoredProject = lazily(() =>
  z
    .object({
      projectId: z.int(),
      path: z.string().optional(),
      cloneUrl: z.string(),
      webUrl: z.string(),
      defaultBranch: z.string().optional(),
      resolvedAt: z.number(),
    })
    .transform(
      ({ path, defaultBranch, ...project }): CachedProject => ({
        ...project,
        ...(path === undefined ? {} : { path }),
        ...(defaultBranch === undefined ? {} : { defaultBranch }),
      }),
    ),
);

/** The registry's memory in a table. */
export function createProjectCache(rows: Rows, log: Log): ProjectCache {
  const projects = createJsonRows(rows, 'projects', StoredProject);
  return {
    async find(key) {
      return (await projects.find(key))?.value;
    },
    put: projects.put,
    putAll: projects.putAll,
    list: async () => new Map((await projects.list(log)).map(({ name, value }) => [name, value])),
  };
}
