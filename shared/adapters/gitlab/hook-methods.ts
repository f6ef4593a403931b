import type { ProjectHooks as HooksApi } from '@gitbeaker/rest';
import type { ProjectHookSettings, ProjectHooks } from '../../domain/ports/project-hooks.ts';
import { listOf } from '../http/list-of.ts';
import { HookResponse, parseResponse } from './api-schemas.ts';
import { orUndefined } from './or-undefined.ts';

export function createHookMethods(api: HooksApi): ProjectHooks {
  return {
    async listProjectHooks(projectId) {
      const body = await api.all(projectId, { perPage: 100 }); // GitLab allows a project no more.
      return parseResponse(listOf(HookResponse), body, 'hooks');
    },
    async createProjectHook(projectId, settings) {
      const fields = toFields(settings, ['push_events']); // On unless switched off.
      return parseResponse(HookResponse, await api.add(projectId, settings.url, fields), 'a hook');
    },
    async updateProjectHook(projectId, { id, otherEvents }, settings) {
      const fields = toFields(settings, otherEvents);
      return parseResponse(HookResponse, await api.edit(projectId, id, settings.url, fields), 'a hook');
    },
    async deleteProjectHook(projectId, hookId) {
      await orUndefined(api.remove(projectId, hookId));
    },
  };
}

function toFields({ token, signingToken, pipelineEvents = false }: ProjectHookSettings, unused: readonly string[]) {
  return {
    ...Object.fromEntries(unused.map((name) => [name, false])),
    mergeRequestsEvents: true,
    noteEvents: true,
    pipelineEvents,
    enableSslVerification: true,
    ...(token ? { token: token.reveal() } : {}),
    ...(signingToken ? { signingToken: signingToken.reveal() } : {}),
  };
}
