import { type CommitGraph, parentsOf } from './commit-graph.ts';

/** Which merge brought a commit. */
export interface MergeRegions {
  /** Commits in the order they were reached: a merge stands before everything it brought. */
  visited: number[];
  /** For each commit, the innermost merge that brought it; -1 for a commit on the branch itself. */
  region: Int32Array;
  /** For each merge, the number of commits it brought, nested ones included. */
  brought: Int32Array;
}

/**
 * Assigns every commit to the innermost merge whose other parents reach it and whose first parent does not.
 *
 * A first-parent chain is walked from its oldest merge to its newest. At each merge everything reachable from its first
 * parent has been reached already, so what its other parents add is exactly what the merge brought; each of these is a
 * chain of its own. Every commit and every parent is looked at once, with a stack in place of recursion.
 */
export function mergeRegions(graph: CommitGraph, tips: readonly number[]): MergeRegions {
  const count = graph.parents.length;
  const region = new Int32Array(count).fill(-1);
  const seen = new Uint8Array(count);
  const visited: number[] = [];
  for (const tip of tips) {
    const chains = [{ start: tip, merge: -1 }];
    for (let chain = chains.pop(); chain; chain = chains.pop()) {
      // Pushed from the newest to the oldest, so the oldest merge is taken next and finished before the one after it.
      for (let index = chain.start; index >= 0 && !seen[index]; index = parentsOf(graph, index)[0] ?? -1) {
        seen[index] = 1;
        region[index] = chain.merge;
        visited.push(index);
        const parents = parentsOf(graph, index);
        for (const parent of parents.length > 1 ? parents.slice(1).reverse() : [])
          chains.push({ start: parent, merge: index });
      }
    }
  }
  return { visited, region, brought: countBrought(visited, region) };
}

function countBrought(visited: readonly number[], region: Int32Array): Int32Array {
  const brought = new Int32Array(region.length);
  for (const index of [...visited].reverse()) {
    const merge = region[index] ?? -1;
    if (merge >= 0) brought[merge] = (brought[merge] ?? 0) + 1 + (brought[index] ?? 0);
  }
  return brought;
}
