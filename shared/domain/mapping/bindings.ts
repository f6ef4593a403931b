import type { Binding } from './binding.ts';

/** The bindings of one deployment, to be asked by Jira project or by repository. */
export interface Bindings {
  readonly list: readonly Binding[];
  /** By Jira project key, in any case. */
  byJira(projectKey: string): Binding | undefined;
  /**
   * By repository path, in any case, as GitLab compares them. When several Jira projects share a repository, the first
   * one listed speaks for its merge requests.
   */
  byRepo(repoPath: string): Binding | undefined;
}

/** Indexes checked bindings; look-ups cost the same for any number of them. */
export function createBindings(list: readonly Binding[]): Bindings {
  const byJira = new Map(list.map((binding) => [binding.jiraProject.toUpperCase(), binding]));
  // Reversed, so that the first of several wins.
  const byRepo = new Map(list.toReversed().map((binding) => [binding.repo.toLowerCase(), binding]));
  return {
    list,
    byJira: (projectKey) => byJira.get(projectKey.toUpperCase()),
    byRepo: (repoPath) => byRepo.get(repoPath.toLowerCase()),
  };
}
