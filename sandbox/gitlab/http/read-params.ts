import type * as z from 'zod';
import type { SandboxMergeRequest, SandboxProject } from '../state/fake-state.ts';
import { GUEST, requireAccess } from './access.ts';
import { invalidParameter, notFound } from './api-error.ts';
import type { RouteCall } from './route.ts';

/** Reads a route's parameters. @throws {ApiError} 400 that names the wrong ones, as GitLab's validation does. */
export function readParams<T>(schema: z.ZodType<T>, { body }: Pick<RouteCall, 'body'>): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, code, message }) =>
    code === 'invalid_type' && message.includes('undefined')
      ? `${path.join('.')} is missing`
      : `${path.join('.')} is invalid`,
  );
  throw invalidParameter(reasons.join(', '));
}

/** The project named by `:id`, a number or a path. @throws {ApiError} 404 or 403 */
export function projectOf({ state, params, user }: RouteCall, level = GUEST): SandboxProject {
  const id = params['id'] ?? '';
  const project = /^\d+$/.test(id)
    ? state.projects.find((candidate) => candidate.id === Number(id))
    : state.projects.find((candidate) => candidate.path.toLowerCase() === id.toLowerCase());
  return requireAccess(project, user, level);
}

/** The merge request named by `:id` and `:iid`. @throws {ApiError} 404 or 403 */
export function mergeRequestOf(call: RouteCall, level = GUEST): SandboxMergeRequest {
  const iid = Number(call.params['iid']);
  const mergeRequest = projectOf(call, level).mergeRequests.find((candidate) => candidate.iid === iid);
  if (!mergeRequest) throw notFound();
  return mergeRequest;
}
