/** The little that a walk through history needs of a commit. */
interface GraphCommit {
  sha: string;
  parents: readonly string[];
}

/** History as numbers: a commit is its place in the list, a parent outside the list is -1. */
export interface CommitGraph {
  indexOf: ReadonlyMap<string, number>;
  /** In git's order; the first one is the branch that was merged into. */
  parents: readonly (readonly number[])[];
}

/** Builds the graph of commits that are unique by SHA, in linear time. */
export function buildGraph(commits: readonly GraphCommit[]): CommitGraph {
  const indexOf = new Map(commits.map((commit, index) => [commit.sha, index]));
  const parents = commits.map((commit) => commit.parents.map((sha) => indexOf.get(sha) ?? -1));
  return { indexOf, parents };
}

/** Parents of a commit, the ones outside included as -1. */
export function parentsOf(graph: CommitGraph, index: number): readonly number[] {
  return graph.parents[index] ?? [];
}

/** Marks everything reachable from `start` that is not marked yet, and returns what was marked. No recursion. */
export function markReachable(graph: CommitGraph, start: number, marked: Uint8Array): number[] {
  const found: number[] = [];
  const stack = [start];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (index < 0 || marked[index]) continue;
    marked[index] = 1;
    found.push(index);
    stack.push(...parentsOf(graph, index));
  }
  return found;
}
