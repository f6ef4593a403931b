import type { Binding } from './binding.ts';

/** The bindings of one deployment, to be asked by Jira project or by repository. */
export interface Bindings {
  /** In the order of the map; of a project with routes one for each, the one for its other issues first. */
  readonly list: readonly Binding[];
  /** One of each Jira project, for what no route changes: trigger, statuses, askers, limits of runs. */
  readonly projects: readonly Binding[];
  /** That one of a Jira project, by its key in any case. */
  byJira(projectKey: string): Binding | undefined;
  /** All of a Jira project: `chooseRoute` says which one an issue goes by. */
  ofJira(projectKey: string): readonly Binding[];
  /** The one of a route, or without a name the one for the issues of the project that fit none. */
  find(projectKey: string, route?: string): Binding | undefined;
  /**
   * By repository path, in any case, as GitLab compares them. When several Jira projects share a repository, the first
   * one listed speaks for its merge requests.
   */
  byRepo(repoPath: string): Binding | undefined;
}

/** Indexes checked bindings; look-ups cost the same for any number of them. */
export function createBindings(list: readonly Binding[]): Bindings {
  const byJira = Map.groupBy(list, ({ jiraProject }) => jiraProject.toUpperCase());
  // Reversed, so that the first of several wins.
  const byRepo = new Map(list.toReversed().map((binding) => [binding.repo.toLowerCase(), binding]));
  const ofJira = (projectKey: string) => byJira.get(projectKey.toUpperCase()) ?? [];
  return {
    list,
    projects: [...byJira.values()].flatMap((bindings) => bindings.slice(0, 1)),
    byJira: (projectKey) => ofJira(projectKey)[0],
    ofJira,
    find: (projectKey, name) => ofJira(projectKey).find(({ route }) => route?.name === name),
    byRepo: (repoPath) => byRepo.get(repoPath.toLowerCase()),
  };
}
