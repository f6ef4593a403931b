import { type CommitGraph, firstParentOf, sizeOf } from './commit-graph.ts';

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
  const { starts, parents } = graph;
  const count = sizeOf(graph);
  const region = new Int32Array(count).fill(-1);
  const seen = new Uint8Array(count);
  const visited: number[] = [];
  for (const tip of tips) {
    if (seen[tip]) continue;
    const chains = [{ start: tip, merge: -1 }];
    for (let chain = chains.pop(); chain; chain = chains.pop()) {
      // Pushed from the newest to the oldest, so the oldest merge is taken next and finished before the one after it.
      for (let index = chain.start; index >= 0 && !seen[index]; index = firstParentOf(graph, index)) {
        seen[index] = 1;
        region[index] = chain.merge;
        visited.push(index);
        const second = (starts[index] ?? 0) + 1;
        for (let place = (starts[index + 1] ?? 0) - 1; place >= second; place -= 1)
          chains.push({ start: parents[place] ?? -1, merge: index });
      }
    }
  }
  return { visited, region, brought: countBrought(visited, region) };
}

function countBrought(visited: readonly number[], region: Int32Array): Int32Array {
  const brought = new Int32Array(region.length);
  for (let place = visited.length - 1; place >= 0; place -= 1) {
    const index = visited[place] ?? -1;
    const merge = region[index] ?? -1;
    if (merge >= 0) brought[merge] = (brought[merge] ?? 0) + 1 + (brought[index] ?? 0);
  }
  return brought;
}
