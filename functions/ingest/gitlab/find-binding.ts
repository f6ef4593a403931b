import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { chooseSpeaker } from '../../../shared/domain/mapping/choose-speaker.ts';
import type { MappingView } from '../../../shared/services/projects/live-mapping.ts';

/** What a delivery says of its project. */
interface DeliveredProject {
  projectId: number;
  /** Where it stands; only to know which repository to look up first. */
  projectPath?: string;
}

/**
 * The binding that speaks for a GitLab project, without a request when every repository is known already: a delivery
 * must not wait for a repository it has nothing to do with, be it quarantined or not looked up yet.
 */
export async function findBinding(
  { bindings, registry }: MappingView,
  { projectId, projectPath }: DeliveredProject,
): Promise<Binding | undefined> {
  const known = registry.status();
  const ready = known.flatMap((status) => {
    const isReady = status.state === 'ready' && status.projectId === projectId;
    const binding = isReady ? bindings.ofStatus(status) : undefined;
    return binding ? [{ binding }] : [];
  });
  // While one is pending, an earlier line of the map may still turn out to be the one that speaks.
  const isCertain = known.every(({ state }) => state !== 'pending');
  if (ready.length > 0 && isCertain) return chooseSpeaker(ready)?.binding;
  return (await registry.byProjectId(projectId, projectPath))?.binding;
}
