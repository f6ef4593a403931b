import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { GUIDES, MARKING, MIRROR, RENOVATE, TEAMS } from '../environment/teams.ts';

const MARKED = TEAMS.find(({ jiraProject }) => jiraProject === MARKING)?.repo;

/**
 * How a merge request is reviewed by who wrote it, as the bindings of the torture say: said here once more, so that a
 * mistake of the product is not repeated by the check.
 */
export function treatmentOf({
  project,
  author,
}: Pick<SandboxMergeRequest, 'project' | 'author'>): 'usual' | 'as-of-bot' | 'summary' | 'skip' {
  if (author.username !== RENOVATE && author.username !== MIRROR) return 'usual';
  if (project.path === MARKED) return 'as-of-bot';
  if (project.path !== GUIDES.repo) return 'skip';
  return author.username === RENOVATE ? 'summary' : 'as-of-bot';
}
