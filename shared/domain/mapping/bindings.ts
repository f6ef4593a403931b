import { type Binding, hasJiraProject, type JiraBinding } from './binding.ts';
import { entryKey } from './binding-key.ts';
import { goesBy } from './goes-by.ts';

/** The bindings of one deployment, to be asked by Jira project or by repository. */
export interface Bindings {
  /** In the order of the map; of a project with routes one for each, the one for its other issues first. */
  readonly list: readonly Binding[];
  /** One of each entry of the map, for what no route changes: budgets, limits of runs. */
  readonly entries: readonly Binding[];
  /** Those of them with a Jira project, for what is about its issues: trigger, statuses, askers. */
  readonly projects: readonly JiraBinding[];
  /** That one of a Jira project, by its key in any case. */
  byJira(projectKey: string): JiraBinding | undefined;
  /** All of a Jira project: `chooseRoute` says which one an issue goes by. */
  ofJira(projectKey: string): readonly JiraBinding[];
  /** The one of a route, or without a name the one for the issues of the project that fit none. */
  find(projectKey: string, route?: string): JiraBinding | undefined;
  /** The one that a line of the registry is about. */
  ofStatus(status: { jiraProject?: string; route?: string; repo: string }): Binding | undefined;
  /** All of the entry that people call so: a Jira project, or a repository that has none. */
  ofName(name: string): readonly Binding[];
  /**
   * By repository path, in any case, as GitLab compares them. When several Jira projects share a repository, the first
   * one listed speaks for its merge requests.
   */
  byRepo(repoPath: string): Binding | undefined;
}

/** Indexes checked bindings; look-ups cost the same for any number of them. */
export function createBindings(list: readonly Binding[]): Bindings {
  const byEntry = Map.groupBy(list, entryKey);
  const byJira = Map.groupBy(list.filter(hasJiraProject), ({ jiraProject }) => jiraProject.toUpperCase());
  // Reversed, so that the first of several wins.
  const byRepo = new Map(list.toReversed().map((binding) => [binding.repo.toLowerCase(), binding]));
  const ofJira = (projectKey: string) => byJira.get(projectKey.toUpperCase()) ?? [];
  const find = (projectKey: string, name?: string) =>
    ofJira(projectKey).find((binding) => goesBy({ route: name }, binding));
  return {
    list,
    entries: [...byEntry.values()].flatMap((bindings) => bindings.slice(0, 1)),
    projects: [...byJira.values()].flatMap((bindings) => bindings.slice(0, 1)),
    byJira: (projectKey) => ofJira(projectKey)[0],
    ofJira,
    find,
    ofStatus: ({ jiraProject, route, repo }) =>
      jiraProject === undefined ? byEntry.get(repo.toLowerCase())?.[0] : find(jiraProject, route),
    ofName: (name) => (name.includes('/') ? (byEntry.get(name.toLowerCase()) ?? []) : ofJira(name)),
    byRepo: (repoPath) => byRepo.get(repoPath.toLowerCase()),
  };
}
