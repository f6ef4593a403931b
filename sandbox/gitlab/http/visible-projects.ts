import type { SandboxProject } from '../state/fake-state.ts';
import { canSee } from './access.ts';
import { notFound } from './api-error.ts';
import type { RouteCall } from './route.ts';

export function visibleProjects({ state, user }: Pick<RouteCall, 'state' | 'user'>): SandboxProject[] {
  return state.projects.filter((project) => canSee(project, user));
}

/**
 * Those of the group named by `:id` and its subgroups. A group whose projects are all hidden from the asker does not
 * exist for them. @throws {ApiError} 404
 */
export function projectsOfGroup(call: Pick<RouteCall, 'state' | 'user' | 'params'>): SandboxProject[] {
  const prefix = `${call.params['id']?.toLowerCase()}/`;
  const projects = visibleProjects(call).filter(({ path }) => path.toLowerCase().startsWith(prefix));
  if (projects.length === 0) throw notFound('Group');
  return projects;
}
