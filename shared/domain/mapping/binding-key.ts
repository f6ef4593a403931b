import type { Binding } from './binding.ts';

type Named = Pick<Binding, 'jiraProject' | 'repo'>;

/** What people call a binding: its Jira project, or the repository where it has none. */
export function bindingName({ jiraProject, repo }: Named): string {
  return jiraProject ?? repo;
}

/**
 * What tells the entries of a map apart, and what is stored of each of them: the Jira project, or the path of the
 * repository in lower case, as GitLab compares paths. A project key has no `/` and a path has one, so that no project
 * is taken for a repository.
 */
export function entryKey({ jiraProject, repo }: Named): string {
  return jiraProject ?? repo.toLowerCase();
}

/**
 * What tells the bindings of a map apart: the key of the entry, with the route where it is one. A project key has
 * capitals, so that no route of one is taken for a repository.
 */
export function bindingKey(binding: Named & Pick<Binding, 'route'>): string {
  return routeKey(entryKey(binding), binding.route?.name);
}

/** The same for people: the repository as it is written. */
export function bindingLabel(binding: Named & Pick<Binding, 'route'>): string {
  return routeKey(bindingName(binding), binding.route?.name);
}

/** The same from the words a task has. */
export function routeKey(jiraProject: string, route: string | undefined): string {
  return route === undefined ? jiraProject : `${jiraProject}/${route}`;
}
