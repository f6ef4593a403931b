import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import type { CommitFacts } from '../facts/commit.ts';

/**
 * Commits by SHA, each once, with the sorted union of the branches it was listed for. Of copies that were read from
 * several lists the one whose source sorts first is kept, so the order of the lists does not show.
 */
export function uniqueCommits(commits: readonly CommitFacts[]): CommitFacts[] {
  const bySha = new Map<string, CommitFacts>();
  for (const commit of commits) {
    const seen = bySha.get(commit.sha);
    const kept = seen && seen.source <= commit.source ? seen : commit;
    bySha.set(commit.sha, seen ? { ...kept, branches: [...seen.branches, ...commit.branches] } : commit);
  }
  return Array.from(bySha.values(), withSortedBranches);
}

/** Nearly every commit was listed once and stays as it is: a copy of each is a large part of a repository's memory. */
function withSortedBranches(commit: CommitFacts): CommitFacts {
  return commit.branches.length < 2 ? commit : { ...commit, branches: uniqueNames(commit.branches) };
}
