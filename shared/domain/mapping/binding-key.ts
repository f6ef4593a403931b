import type { Binding } from './binding.ts';

/**
 * What tells the bindings of a map apart: the Jira project, with the route where it is one. Project keys have no `/`.
 */
export function bindingKey({ jiraProject, route }: Pick<Binding, 'jiraProject' | 'route'>): string {
  return routeKey(jiraProject, route?.name);
}

/** The same from the words a task has. */
export function routeKey(jiraProject: string, route: string | undefined): string {
  return route === undefined ? jiraProject : `${jiraProject}/${route}`;
}
