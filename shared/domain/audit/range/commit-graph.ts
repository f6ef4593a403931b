/** The little that a walk through history needs of a commit. */
interface GraphCommit {
  sha: string;
  parents: readonly string[];
}

/**
 * History as numbers: a commit is its place in the list, a parent outside the list is -1. The parents of all commits
 * stand in one list, because a list for each of a hundred thousand commits costs more than the walk.
 */
export interface CommitGraph {
  indexOf: ReadonlyMap<string, number>;
  /** Parents of all commits one after another, in git's order; the first one is the branch that was merged into. */
  parents: Int32Array;
  /** Where the parents of each commit begin, and behind the last one where they end. */
  starts: Int32Array;
}

/** Builds the graph of commits that are unique by SHA, in linear time. */
export function buildGraph(commits: readonly GraphCommit[]): CommitGraph {
  const indexOf = new Map<string, number>();
  const starts = new Int32Array(commits.length + 1);
  let end = 0;
  for (const [index, { sha, parents }] of commits.entries()) {
    indexOf.set(sha, index);
    end += parents.length;
    starts[index + 1] = end;
  }
  const parents = new Int32Array(end);
  let place = 0;
  for (const commit of commits) for (const sha of commit.parents) parents[place++] = indexOf.get(sha) ?? -1;
  return { indexOf, parents, starts };
}

/** How many commits there are. */
export function sizeOf({ starts }: CommitGraph): number {
  return starts.length - 1;
}

/** The branch that was merged into; -1 for a commit without parents and where it is outside. */
export function firstParentOf({ starts, parents }: CommitGraph, index: number): number {
  const [start = 0, end = 0] = [starts[index], starts[index + 1]];
  return start < end ? (parents[start] ?? -1) : -1;
}

/** Parents of a commit, the ones outside included as -1. */
export function parentsOf({ starts, parents }: CommitGraph, index: number): Int32Array {
  return parents.subarray(starts[index] ?? 0, starts[index + 1] ?? 0);
}

/** Marks everything reachable from `start` that is not marked yet, and returns what was marked. No recursion. */
export function markReachable(graph: CommitGraph, start: number, marked: Uint8Array): number[] {
  const { starts, parents } = graph;
  const found: number[] = [];
  const stack = [start];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (index < 0 || marked[index]) continue;
    marked[index] = 1;
    found.push(index);
    const end = starts[index + 1] ?? 0;
    for (let place = starts[index] ?? 0; place < end; place += 1) stack.push(parents[place] ?? -1);
  }
  return found;
}
