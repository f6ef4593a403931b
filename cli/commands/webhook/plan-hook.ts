import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { ProjectHook, ProjectHookSettings } from '../../../shared/domain/ports/project-hooks.ts';
import { isSameAddress } from './hook-address.ts';

export type HookPlan =
  | { action: 'create' }
  | { action: 'update'; hook: ProjectHook; differences: string[] }
  | { action: 'keep'; hook: ProjectHook };

/** What makes the hooks of a project as they should be; those of other addresses are left alone. */
export function planHook(
  hooks: readonly ProjectHook[],
  settings: ProjectHookSettings,
  { renewSecret }: { renewSecret: boolean },
): HookPlan {
  const hook = hooks.find(({ url }) => isSameAddress(url, settings.url));
  if (!hook) return { action: 'create' };
  const differences = [...listDifferences(hook, settings), ...(renewSecret ? ['secret to be renewed'] : [])];
  return differences.length > 0 ? { action: 'update', hook, differences } : { action: 'keep', hook };
}

/** The events besides those of merge requests and notes, by what a binding wants. */
export function eventsOf({
  repairPipelines,
  mergeRequest,
}: Pick<Binding, 'repairPipelines' | 'mergeRequest'>): Pick<ProjectHookSettings, 'pipelineEvents'> {
  return repairPipelines === 'on' || mergeRequest.ready !== undefined ? { pipelineEvents: true } : {};
}

/** In what a hook is not as it should be. Secrets cannot be compared: GitLab only says whether there is one. */
export function listDifferences(
  hook: ProjectHook,
  {
    token,
    signingToken,
    pipelineEvents = false,
  }: Pick<ProjectHookSettings, 'token' | 'signingToken' | 'pipelineEvents'>,
): string[] {
  return [
    ...(hook.mergeRequestEvents ? [] : ['no merge_requests_events']),
    ...(hook.noteEvents ? [] : ['no note_events']),
    ...(pipelineEvents && !hook.pipelineEvents ? ['no pipeline_events'] : []),
    ...(hook.pipelineEvents && !pipelineEvents ? ['pipeline_events'] : []),
    ...hook.otherEvents,
    ...(hook.verifiesTls ? [] : ['TLS is not verified']),
    ...(token && hook.hasToken === false ? ['no secret token'] : []),
    ...(signingToken && hook.hasSigningToken === false ? ['no signing token'] : []),
  ];
}
