import type { Binding } from '../../../shared/domain/mapping/binding.ts';
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
  const ready = known.find((binding) => binding.state === 'ready' && binding.projectId === projectId);
  // While one is pending, an earlier line of the map may still turn out to be the one that speaks.
  const isCertain = known.every(({ state }) => state !== 'pending');
  if (ready && isCertain) return bindings.find(ready.jiraProject, ready.route);
  return (await registry.byProjectId(projectId, projectPath))?.binding;
}
