import { type Binding, hasJiraProject, type JiraBinding } from '../../shared/domain/mapping/binding.ts';
import type { BindingSource, RouteSource } from '../../shared/domain/mapping/source/mapping-source.ts';
import { resolveBinding, resolveBindings } from '../../shared/domain/mapping/source/resolve-binding.ts';

/** A binding of PROJ to group/app with every default. */
export function aBinding({ repo, ...source }: Partial<BindingSource> = {}): JiraBinding {
  const { jira_project: jiraProject = 'PROJ' } = source;
  return { ...resolveBinding({ ...source, jira_project: jiraProject, repo: repo ?? 'group/app' }), jiraProject };
}

/** A binding of group/app without a Jira project, with every default. */
export function aReviewBinding({ repo, ...source }: Partial<Omit<BindingSource, 'jira_project'>> = {}): Binding {
  return resolveBinding({ ...source, repo: repo ?? 'group/app' });
}

/** By the component of the same name, to a repository of the same name. */
export function aRoute(name: string, source: Partial<RouteSource> = {}): RouteSource {
  return { name, when: { component: name }, repo: `group/${name}`, ...source };
}

/** The bindings of PROJ with these routes; with a `repo` in `source` one for all other issues comes first. */
export function someRoutes(routes: readonly RouteSource[], source: Partial<BindingSource> = {}): JiraBinding[] {
  return resolveBindings({ jira_project: 'PROJ', routes: [...routes], ...source }).filter(hasJiraProject);
}
