import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { Revert } from './find-reverts.ts';

export interface NetState {
  /** Commits that are taken back, by the revert that is in force. */
  revertedBy: Map<Sha, Sha>;
  /** Commits that are taken back on some audited branches only, with the revert and the branches that lack it. */
  partial: { sha: Sha; by: Sha; lacking: string[] }[];
}

/**
 * What is left when reverts are taken off: a revert that was itself reverted is not in force, so its target counts
 * again. `commits` is newest first, so that it is known whether a revert is in force before its target is looked at.
 */
export function netState(commits: readonly CommitFacts[], reverts: ReadonlyMap<Sha, Revert>): NetState {
  const state: NetState = { revertedBy: new Map(), partial: [] };
  if (reverts.size === 0) return state;
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  for (const commit of commits) {
    if (state.revertedBy.has(commit.sha)) continue;
    for (const target of reverts.get(commit.sha)?.targets ?? []) {
      const lacking = bySha.get(target)?.branches.filter((branch) => !commit.branches.includes(branch)) ?? [];
      if (lacking.length > 0) state.partial.push({ sha: target, by: commit.sha, lacking });
      else if (!state.revertedBy.has(target)) state.revertedBy.set(target, commit.sha);
    }
  }
  return state;
}
