import type { FakeState, SandboxProject, SandboxToken, SandboxUser } from '../state/fake-state.ts';
import { ApiError, forbidden, notFound, unauthorized } from './api-error.ts';

export const GUEST = 10;
export const REPORTER = 20;
export const DEVELOPER = 30;
export const MAINTAINER = 40;

/** The token behind a value that is known, not revoked and not expired. */
export function findToken(state: FakeState, value: string): SandboxToken | undefined {
  const token = state.tokens.find((candidate) => candidate.value === value);
  return token && !token.revoked && !isExpired(token, state.clock.now()) ? token : undefined;
}

function isExpired({ expiresAt }: SandboxToken, now: number): boolean {
  return expiresAt !== undefined && Date.parse(`${expiresAt}T00:00:00Z`) <= now;
}

/** @throws {ApiError} 401 for a token GitLab does not know, 403 for one that may not use the API this way. */
export function requireApiToken(
  state: FakeState,
  headers: NodeJS.Dict<string | string[]>,
  method: string,
): SandboxToken {
  const value = headers['private-token'] ?? /^Bearer (.+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  const token = typeof value === 'string' ? findToken(state, value) : undefined;
  if (!token) throw unauthorized();
  const reads = method === 'GET' || method === 'HEAD';
  if (token.scopes.includes('api') || (reads && token.scopes.includes('read_api'))) return token;
  throw new ApiError(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: reads ? 'api read_api' : 'api',
  });
}

export function accessLevelOf(project: SandboxProject, user: SandboxUser): number {
  return project.members.get(user.id) ?? 0;
}

export function canSee(project: SandboxProject, user: SandboxUser): boolean {
  return project.visibility === 'public' || accessLevelOf(project, user) >= GUEST;
}

/** @throws {ApiError} 404 for a project the user may not see, so that its existence is not shown; 403 below `level`. */
export function requireAccess(project: SandboxProject | undefined, user: SandboxUser, level: number): SandboxProject {
  if (!project || !canSee(project, user)) throw notFound('Project');
  // A public project may be read without a role.
  if (level > REPORTER || project.visibility === 'private') {
    if (accessLevelOf(project, user) < level) throw forbidden();
  }
  return project;
}

/** Whether a user may push to a branch: developers to any, maintainers also to protected ones. */
export function canPush(project: SandboxProject, user: SandboxUser, branch: string): boolean {
  const needed = project.protectedBranches.has(branch) ? MAINTAINER : DEVELOPER;
  return !project.archived && accessLevelOf(project, user) >= needed;
}
