import type { CachedProject } from '../../shared/domain/ports/project-cache.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { projectCacheKey } from '../../shared/services/projects/resolve-project.ts';

/** Keeps a project in the cache as a program that looked it up does; `group/app` with the number 7 unless given. */
export async function cacheProject(
  { projects }: Pick<Storage, 'projects'>,
  { path = 'group/app', ...given }: Partial<CachedProject> = {},
): Promise<void> {
  const gitlabUrl = 'https://gitlab.example.com';
  await projects.put(projectCacheKey({ repo: path, credentialRef: 'default' }, gitlabUrl), {
    projectId: 7,
    path,
    cloneUrl: `${gitlabUrl}/${path}.git`,
    webUrl: `${gitlabUrl}/${path}`,
    resolvedAt: 0,
    ...given,
  });
}
