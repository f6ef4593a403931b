import type { ProjectHooks } from '@gitbeaker/rest';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import { listOf } from '../http/list-of.ts';
import { HookResponse, parseResponse } from './api-schemas.ts';

type Hook = Parameters<GitLab['setProjectHook']>[1];

/**
 * Creates the project's hook with this URL, or brings the one that is there up to date. Other hooks stay as they are.
 */
export async function setProjectHook(api: ProjectHooks, projectId: number, hook: Hook): Promise<void> {
  const body = await api.all(projectId, { perPage: 100 });
  const existing = parseResponse(listOf(HookResponse), body, 'hooks').find(({ url }) => url === hook.url);
  const settings = {
    pushEvents: false, // On unless switched off, and not used.
    mergeRequestsEvents: hook.mergeRequestEvents,
    noteEvents: hook.noteEvents,
    enableSslVerification: true,
    ...(hook.token === undefined ? {} : { token: hook.token }),
  };
  if (existing) await api.edit(projectId, existing.id, hook.url, settings);
  else await api.add(projectId, hook.url, settings);
}
