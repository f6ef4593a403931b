import type { Sha } from '../facts/commit.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { attributeCommits } from './attribute-commits.ts';

/**
 * The commits to ask `commits/:sha/merge_requests` for, newest first, at most `limit`. Answers go into `askedCommits`;
 * a merge is asked for before what it brought, so call it again with the answers until nothing is left.
 */
export function leftovers(
  facts: Pick<RepositoryFacts, 'commits' | 'ranges' | 'mergeRequests' | 'askedCommits'>,
  limit = Number.POSITIVE_INFINITY,
): Sha[] {
  return attributeCommits(facts).leftovers.slice(0, limit);
}
