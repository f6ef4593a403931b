import type { Binding } from '../../shared/domain/mapping/binding.ts';
import type { BindingSource, RouteSource } from '../../shared/domain/mapping/source/mapping-source.ts';
import { resolveBinding, resolveBindings } from '../../shared/domain/mapping/source/resolve-binding.ts';

/** A binding of PROJ to group/app with every default. */
export function aBinding({ repo, ...source }: Partial<BindingSource> = {}): Binding {
  return resolveBinding({ jira_project: 'PROJ', ...source, repo: repo ?? 'group/app' });
}

/** By the component of the same name, to a repository of the same name. */
export function aRoute(name: string, source: Partial<RouteSource> = {}): RouteSource {
  return { name, when: { component: name }, repo: `group/${name}`, ...source };
}

/** The bindings of PROJ with these routes; with a `repo` in `source` one for all other issues comes first. */
export function someRoutes(routes: readonly RouteSource[], source: Partial<BindingSource> = {}): Binding[] {
  return resolveBindings({ jira_project: 'PROJ', routes: [...routes], ...source });
}
