import type { CommitFacts } from '../facts/commit.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { buildGraph, type CommitGraph, markReachable } from './commit-graph.ts';
import { type MergeRegions, mergeRegions } from './merge-regions.ts';
import { newestFirst } from './newest-first.ts';
import { uniqueCommits } from './unique-commits.ts';

/** What the commits of a repository say without its merge requests. */
export interface History {
  /** Each once, sorted by SHA: the numbers below are places in this list. */
  commits: readonly CommitFacts[];
  graph: CommitGraph;
  /** Each before its parents. */
  order: readonly number[];
  /** 1 for what an end of a range reaches. */
  reached: Uint8Array;
  regions: MergeRegions;
}

/**
 * Walks through the commits of a repository. The same list and the same ends give the same history without another
 * walk: it is asked for when leftovers are looked for, again with each answer about them, and when all is judged.
 */
export function walkHistory({ commits, ranges }: Pick<RepositoryFacts, 'commits' | 'ranges'>): History {
  const ends = [...new Set(ranges.map((range) => range.to.sha))];
  const known = walked.get(commits);
  const id = `${commits.length} ${ends.join(' ')}`;
  if (known?.id === id) return known.history;
  const history = walk(commits, ends);
  walked.set(commits, { id, history });
  return history;
}

/** By the list itself: a history goes with the facts it is of. */
const walked = new WeakMap<readonly CommitFacts[], { id: string; history: History }>();

function walk(listed: readonly CommitFacts[], ends: readonly string[]): History {
  const commits = uniqueCommits(listed).sort((a, b) => (a.sha < b.sha ? -1 : 1));
  const graph = buildGraph(commits);
  const tips = ends.flatMap((sha) => graph.indexOf.get(sha) ?? []);
  const order = newestFirst(graph, tips);
  const reached = new Uint8Array(commits.length);
  for (const tip of tips) markReachable(graph, tip, reached);
  const regions = mergeRegions(graph, [...oldestTipsFirst(tips, order), ...order]);
  return { commits, graph, order, reached, regions };
}

/**
 * A branch that another audited branch contains is walked first: what was pushed onto it is its own, not the merge's.
 */
function oldestTipsFirst(tips: readonly number[], order: readonly number[]): number[] {
  const isTip = new Set(tips);
  return order.filter((index) => isTip.has(index)).reverse();
}
