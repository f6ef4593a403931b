import type { CommitFacts } from '../facts/commit.ts';

/** Commits by SHA, each once, with the sorted union of the branches it was listed for. Keeps the order of appearance. */
export function uniqueCommits(commits: readonly CommitFacts[]): CommitFacts[] {
  const bySha = new Map<string, CommitFacts>();
  for (const commit of commits) {
    const seen = bySha.get(commit.sha);
    bySha.set(commit.sha, seen ? { ...seen, branches: [...seen.branches, ...commit.branches] } : commit);
  }
  return [...bySha.values()].map((commit) => ({ ...commit, branches: [...new Set(commit.branches)].sort() }));
}
