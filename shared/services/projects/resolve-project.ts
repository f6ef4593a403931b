import { createHash } from 'node:crypto';

import { sameHost } from '../../adapters/gitlab/clone-url.ts';
import { statusOf } from '../../adapters/http/http-failure.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import type { GitLab, Project } from '../../domain/ports/gitlab.ts';
import type { ProjectCache } from '../../domain/ports/project-cache.ts';
import {
  describeUnservedImage,
  isServed,
  NO_RUNNER_IMAGES,
  type RunnerImages,
} from '../../domain/runs/runner-image.ts';
import type { Clock } from '../../kernel/clock.ts';
import { DAY, HOUR } from '../../kernel/clock.ts';
import { describeError, type ErrorCode, TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Quarantine, QuarantineReason, ResolvedProject } from './registry-entry.ts';

export interface ResolveDeps {
  gitlabUrl: string;
  /** @throws {TaskError} `credential-unknown` */
  gitlabFor(credentialRef: string): GitLabLookup | Promise<GitLabLookup>;
  /** Absent: a binding that names an image is quarantined. */
  runnerImages?: RunnerImages;
  cache: Pick<ProjectCache, 'find' | 'put'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

export type GitLabLookup = Pick<GitLab, 'findProject' | 'getProject'>;

/** `freshUntil`, in milliseconds since the epoch; absent: known from before, because GitLab does not answer now. */
export type Resolution = { state: 'ready'; project: ResolvedProject; freshUntil?: number } | Refused;

interface Refused {
  state: 'quarantined';
  why: Omit<Quarantine, 'since' | 'retryAt'>;
  error?: unknown;
}

/**
 * A project may be renamed, or deleted and made again under the same path; after this long the cache is not believed.
 */
const CACHE_LIFETIME_MS = 1 * DAY;
/** Added to it, by key: repositories that were looked up together are not looked up together again. */
const CACHE_SPREAD_MS = 6 * HOUR;

/** Finds a binding's repository with the binding's own credential: cache first. Never throws for one bad repository. */
export async function resolveProject(binding: Binding, deps: ResolveDeps): Promise<Resolution> {
  const { runnerImages = NO_RUNNER_IMAGES } = deps;
  if (binding.image !== undefined && !isServed(binding.image, runnerImages))
    return quarantine('image-unknown', { hint: describeUnservedImage(binding.image, runnerImages) });
  let cached: Cached | undefined;
  try {
    // A known repository is of no use without its credential.
    const gitlab = await deps.gitlabFor(binding.credentialRef);
    const key = projectCacheKey(binding, deps.gitlabUrl);
    cached = await findCached(key, deps);
    if (cached && deps.clock.now() < cached.freshUntil) return judge(cached, deps);

    // GitLab redirects from the old path of a renamed project, until another one takes it. The id stays.
    const found =
      (await gitlab.findProject(binding.repo)) ?? (cached && (await findById(cached.project.projectId, gitlab)));
    if (!found) return quarantine('not-found', { code: 'gitlab-not-found', status: 404 });
    if (found.archived) return quarantine('archived', { hint: 'Unarchive the repository or remove the binding.' });
    if (found.emptyRepository) return quarantine('empty', { code: 'repository-empty' });

    const freshUntil = freshUntilOf(key, deps.clock.now());
    const resolution = judge({ project: toResolvedProject(found), freshUntil }, deps);
    if (resolution.state === 'ready') await remember(key, resolution.project, deps);
    return resolution;
  } catch (error) {
    if (!cached || !isOutage(error)) return { ...quarantineFor(error), error };
    deps.log.warn('repository not looked up', { repo: binding.repo, error });
    return judge({ project: cached.project }, deps);
  }
}

/** GitLab is away or asks us to slow down: what was known yesterday is most likely still so, and work goes on. */
function isOutage(error: unknown): boolean {
  return error instanceof TaskError && describeError(error.code).outage === true;
}

/** `undefined` when there is no such project any more. */
async function findById(projectId: number, gitlab: GitLabLookup): Promise<Project | undefined> {
  try {
    return await gitlab.getProject(projectId);
  } catch (error) {
    if (error instanceof TaskError && error.code === 'gitlab-not-found') return undefined;
    throw error;
  }
}

interface Cached {
  project: ResolvedProject;
  freshUntil: number;
}

async function findCached(key: string, { cache, log }: ResolveDeps): Promise<Cached | undefined> {
  try {
    const cached = await cache.find(key);
    if (!cached) return undefined;
    const { resolvedAt, ...project } = cached;
    return { project, freshUntil: freshUntilOf(key, resolvedAt) };
  } catch (error) {
    log.warn('project cache not readable', { error }); // A cache may cost a call, never a binding.
    return undefined;
  }
}

async function remember(key: string, project: ResolvedProject, { cache, clock, log }: ResolveDeps): Promise<void> {
  try {
    await cache.put(key, { ...project, resolvedAt: clock.now() });
  } catch (error) {
    log.warn('project cache not writable', { error });
  }
}

/** How long what was remembered under this key is believed, in milliseconds since the epoch. */
export function freshUntilOf(key: string, resolvedAt: number): number {
  return resolvedAt + lifetimeOf(key);
}

function lifetimeOf(key: string): number {
  const [first = 0, second = 0] = createHash('sha256').update(key).digest();
  return CACHE_LIFETIME_MS + Math.floor(((first * 256 + second) / 65_536) * CACHE_SPREAD_MS);
}

/** Everything the answer depends on: another GitLab or another credential must not see it. */
export function projectCacheKey(
  { repo, credentialRef }: Pick<Binding, 'repo' | 'credentialRef'>,
  gitlabUrl: string,
): string {
  return `${gitlabUrl.replace(/\/+$/, '')}|${credentialRef}|${repo}`;
}

function toResolvedProject({ id, path, cloneUrl, webUrl, defaultBranch }: Project): ResolvedProject {
  return { projectId: id, path, cloneUrl, webUrl, ...(defaultBranch ? { defaultBranch } : {}) };
}

function judge(found: { project: ResolvedProject; freshUntil?: number }, { gitlabUrl }: ResolveDeps): Resolution {
  if (sameHost(found.project.cloneUrl, gitlabUrl)) return { state: 'ready', ...found };
  return quarantine('foreign-clone-url', { code: 'clone-url-foreign' });
}

const REASONS: Partial<Record<ErrorCode, QuarantineReason>> = {
  'gitlab-not-found': 'not-found',
  'gitlab-forbidden': 'forbidden',
  'gitlab-unauthorized': 'unauthorized',
  'gitlab-rate-limited': 'rate-limited',
  'gitlab-unavailable': 'unreachable',
  'gitlab-refused': 'refused',
  'credential-unknown': 'credential-unknown',
  'key-vault-forbidden': 'credential-forbidden',
  'key-vault-unavailable': 'credential-unavailable',
};

/** Why a repository cannot be used, by what failed. */
export function quarantineFor(error: unknown): Refused {
  if (!(error instanceof TaskError)) return quarantine('unexpected', { code: 'unexpected' });
  const status = statusOf(error);
  return quarantine(REASONS[error.code] ?? 'unexpected', {
    code: error.code,
    ...(status === undefined ? {} : { status }),
  });
}

function quarantine(
  reason: QuarantineReason,
  { code, status, hint }: { code?: ErrorCode; status?: number; hint?: string },
): Refused {
  const advice = hint ?? (code ? `${describeError(code).sentence} ${describeError(code).next}` : '');
  return {
    state: 'quarantined',
    why: { reason, hint: advice, ...(code ? { code } : {}), ...(status === undefined ? {} : { status }) },
  };
}
