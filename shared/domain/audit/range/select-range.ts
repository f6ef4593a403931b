import type { Sha } from '../facts/commit.ts';
import { buildGraph, type GraphCommit, markReachable } from './commit-graph.ts';

export interface SelectedRange<C extends GraphCommit> {
  commits: C[];
  /** Parents that the history should hold and does not: a shallow clone, or a page that is missing. */
  missing: Sha[];
  /** Ends of the range that the history does not hold. */
  unknownEnds: Sha[];
}

/**
 * The commits reachable from `to` and not from `from`, out of a full history (a clone, or all pages of a branch). Never
 * by date: two clocks, a rebase or a late merge cannot move a commit into or out of a release.
 */
export function selectRange<C extends GraphCommit>(history: {
  commits: readonly C[];
  from: Sha | 'root';
  to: Sha;
}): SelectedRange<C> {
  const graph = buildGraph(history.commits);
  const ends = history.from === 'root' ? [history.to] : [history.from, history.to];
  const unknownEnds = ends.filter((sha) => !graph.indexOf.has(sha));
  const marked = new Uint8Array(history.commits.length);
  if (history.from !== 'root') markReachable(graph, graph.indexOf.get(history.from) ?? -1, marked);
  const selected = markReachable(graph, graph.indexOf.get(history.to) ?? -1, marked);
  const commits = selected.flatMap((index) => history.commits[index] ?? []);
  // Also behind `from` nothing may be missing: what a shallow clone cuts off there would be taken for new.
  const missing = new Set(
    history.commits.flatMap((commit, index) =>
      marked[index] ? commit.parents.filter((sha) => !graph.indexOf.has(sha)) : [],
    ),
  );
  return { commits, missing: [...missing].sort(), unknownEnds };
}
