import type { Binding } from '../domain/mapping/binding.ts';
import type { LiveMapping } from '../services/projects/live-mapping.ts';

/** Bindings of the map as it is at each look. */
export interface BindingLookUps {
  listBindings: () => Promise<readonly Binding[]>;
  /** The one a run goes by; where its route is gone, that of its project for what no route changes. */
  bindingFor: (jiraProject: string, route?: string) => Promise<Binding | undefined>;
  /** The one that speaks for a repository's merge requests. */
  bindingOfProject: (projectId: number) => Promise<Binding | undefined>;
}

/** Looks into the map in force. @throws what `LiveMapping.current` does */
export function createBindingLookUps(mapping: Pick<LiveMapping, 'current'>): BindingLookUps {
  return {
    listBindings: async () => (await mapping.current()).bindings.list,
    bindingFor: async (jiraProject, route) => {
      const { bindings } = await mapping.current();
      return bindings.find(jiraProject, route) ?? bindings.byJira(jiraProject);
    },
    bindingOfProject: async (projectId) => (await (await mapping.current()).registry.byProjectId(projectId))?.binding,
  };
}
