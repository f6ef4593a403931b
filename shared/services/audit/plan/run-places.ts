import type { CommitFacts } from '../../../domain/audit/facts/commit.ts';
import type { MergeRequestFacts } from '../../../domain/audit/facts/merge-request.ts';
import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';

/** What the ledger is searched by: where the runs of a release can have been, and since when. */
export interface RunPlaces extends Pick<RepositoryFacts, 'repository' | 'projectId'> {
  mergeRequests: readonly Pick<MergeRequestFacts, 'url' | 'createdAt'>[];
  commits: readonly Pick<CommitFacts, 'authoredAt'>[];
}

/** Only that part of the facts, and of the commits only the oldest. */
export function toRunPlaces({ repository, projectId, mergeRequests, commits }: RepositoryFacts): RunPlaces {
  const [first, ...rest] = commits;
  const older = (a: CommitFacts, b: CommitFacts) => (Date.parse(b.authoredAt) < Date.parse(a.authoredAt) ? b : a);
  const oldest = first && rest.reduce(older, first);
  return {
    repository,
    projectId,
    mergeRequests: mergeRequests.map(({ url, createdAt }) => ({ url, createdAt })),
    commits: oldest ? [{ authoredAt: oldest.authoredAt }] : [],
  };
}
