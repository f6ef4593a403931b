import type { CachedProject } from '../../shared/domain/ports/project-cache.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { once } from '../../shared/kernel/once.ts';
import { nameSubject, readSubject, type Subject } from '../arguments/subject.ts';
import type { CliIO } from '../io/io.ts';
import type { ProjectPaths } from '../output/format-task.ts';
import { nameScope } from '../output/name-scope.ts';

/** A GitLab project, and the address of one of its merge requests where a run has kept it. */
export interface AboutProject {
  projectId: number;
  mergeRequestUrl?: string | undefined;
}

/**
 * Says how GitLab projects are called. What runs have kept of them comes first; only where that does not say it the
 * project cache is listed, once for all of them. GitLab is never asked.
 */
export type ReadProjectPaths = (about: readonly AboutProject[]) => Promise<ProjectPaths>;

/** Does no I/O before it is needed. */
export function createProjectPaths(
  storage: () => Promise<Pick<Storage, 'projects'>>,
  env: CliIO['env'],
): ReadProjectPaths {
  const gitlabUrl = readGitlabUrl(env);
  const said = new Map<number, string>();
  const cached = once(async () => nameCached(await (await storage()).projects.list(), gitlabUrl));
  return async (about) => {
    for (const { projectId, mergeRequestUrl } of about) {
      const path = pathOf(mergeRequestUrl, gitlabUrl);
      if (path !== undefined) said.set(projectId, path);
    }
    const isWhole = about.every(({ projectId }) => said.has(projectId));
    const known = isWhole ? undefined : await cached();
    return (projectId) => said.get(projectId) ?? known?.get(projectId);
  };
}

/** Says it from the project cache alone, which is listed once. */
export async function listProjectPaths(
  { projects }: Pick<Storage, 'projects'>,
  env: CliIO['env'],
): Promise<ProjectPaths> {
  const cached = nameCached(await projects.list(), readGitlabUrl(env));
  return (projectId) => cached.get(projectId);
}

/** The projects these runs are about; messages have no result yet. */
export function aboutRuns(runs: readonly (Pick<Run, 'task'> & Partial<Pick<Run, 'result'>>)[]): AboutProject[] {
  return runs.flatMap(({ task, result }) =>
    'projectId' in task ? [{ projectId: task.projectId, mergeRequestUrl: result?.mergeRequestUrl }] : [],
  );
}

/** The projects of these scopes. */
export function aboutScopes(scopes: readonly string[]): AboutProject[] {
  return scopes.flatMap((scope) => {
    const subject = readSubject(scope);
    return subject?.kind === 'merge-request' && typeof subject.project === 'number'
      ? [{ projectId: subject.project }]
      : [];
  });
}

/** The name of the scope a person asked for: as they wrote it where that is whole, otherwise as it is called. */
export async function nameAsked(subject: Subject, scope: string, readPaths: ReadProjectPaths): Promise<string> {
  const written = subject.kind === 'merge-request' ? subject.project : undefined;
  if (typeof written === 'string' && written.includes('/')) return nameSubject(subject);
  const paths = await readPaths(aboutScopes([scope]));
  return nameScope(scope, (projectId) => paths(projectId) ?? (typeof written === 'string' ? written : undefined));
}

/** Of `https://gitlab.example.com/group/app/-/merge_requests/7`; a GitLab may stand below a path of its own. */
function pathOf(mergeRequestUrl: string | undefined, gitlabUrl: string | undefined): string | undefined {
  const url = URL.parse(mergeRequestUrl ?? '');
  const [project, iid] = url?.pathname.split('/-/merge_requests/') ?? [];
  if (!url || project === undefined || iid === undefined) return undefined;
  const base = URL.parse(gitlabUrl ?? '');
  const isBelow = base?.origin === url.origin && base.pathname !== '/' && project.startsWith(`${base.pathname}/`);
  return decodeURIComponent(project.slice(isBelow ? base.pathname.length + 1 : 1)) || undefined;
}

function readGitlabUrl(env: CliIO['env']): string | undefined {
  return env['GITLAB_URL']?.trim().replace(/\/+$/, '') || undefined;
}

/** A number that two GitLab instances gave to two projects says nothing. */
function nameCached(entries: ReadonlyMap<string, CachedProject>, gitlabUrl: string | undefined): Map<number, string> {
  const paths = new Map<number, string>();
  const unclear = new Set<number>();
  for (const [key, { projectId, path }] of entries) {
    const [url = '', , repo = ''] = key.split('|');
    const name = path ?? repo;
    if (name === '' || (gitlabUrl !== undefined && url !== gitlabUrl)) continue;
    if (paths.has(projectId) && paths.get(projectId) !== name) unclear.add(projectId);
    paths.set(projectId, name);
  }
  for (const projectId of unclear) paths.delete(projectId);
  return paths;
}
