import { type Binding, hasJiraProject } from './binding.ts';

/** A repository that several Jira projects are bound to. */
export interface SharedRepository {
  repo: string;
  /**
   * The Jira project listed first: it speaks for merge requests, so its `review`, `credential_ref`, `instructions` and
   * `model` count for them.
   */
  speaker: string;
  /** The other Jira projects, in the order of the mapping. */
  others: string[];
}

/**
 * The repositories with more than one binding, in the order of the mapping. `createBindings(...).byRepo` gives the
 * speaker.
 */
export function findSharedRepositories(bindings: readonly Binding[]): SharedRepository[] {
  const byRepo = Map.groupBy(bindings.filter(hasJiraProject), ({ repo }) => repo.toLowerCase());
  return [...byRepo.values()].flatMap((sharing) => {
    // Several routes of one project may lead to one repository.
    const [speaker, ...others] = new Set(sharing.map(({ jiraProject }) => jiraProject));
    const [first] = sharing;
    return first && speaker !== undefined && others.length > 0 ? [{ repo: first.repo, speaker, others }] : [];
  });
}
