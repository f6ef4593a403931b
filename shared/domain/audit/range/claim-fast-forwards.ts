import { isKnown } from '../facts/known.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { type CommitGraph, firstParentOf, sizeOf } from './commit-graph.ts';
import type { MergeRegions } from './merge-regions.ts';
import type { Owners } from './owners.ts';

/**
 * Gives fast-forwarded merge requests the commits below their head, back to a commit that another one owns or until
 * their commit count is used up. Oldest heads first, so that a newer one stops at them. Without a count only the head
 * is claimed: a direct push below it must not disappear in the merge request.
 */
export function claimFastForwards(
  graph: CommitGraph,
  regions: MergeRegions,
  owners: Owners,
  order: readonly number[],
): void {
  const rank = new Int32Array(sizeOf(graph));
  for (const [position, index] of order.entries()) rank[index] = position;
  const heads = owners.anchors
    .map((anchor, position) => ({ ...anchor, position }))
    .filter((anchor) => anchor.method === 'fast-forward')
    .filter((anchor) => !isBranchOfItsMerge(anchor, regions, owners))
    // `order` is newest first, so the highest rank is the oldest.
    .sort((a, b) => (rank[b.index] ?? 0) - (rank[a.index] ?? 0) || a.facts.iid - b.facts.iid);
  for (const head of heads) walkBack(graph, regions, owners.owner, head);
}

/** Two merge requests of one branch share its head. The one that was merged here as a merge keeps its commits. */
function isBranchOfItsMerge(
  anchor: { facts: MergeRequestFacts; index: number },
  regions: MergeRegions,
  owners: Owners,
): boolean {
  const merge = regions.region[anchor.index] ?? -1;
  const outer = owners.anchors[merge < 0 ? -1 : (owners.owner[merge] ?? -1)];
  return outer?.facts.sha === anchor.facts.sha && outer.facts.sourceBranch === anchor.facts.sourceBranch;
}

function walkBack(
  graph: CommitGraph,
  regions: MergeRegions,
  owner: Int32Array,
  head: { facts: MergeRequestFacts; index: number; position: number },
): void {
  let left = commitCount(head.facts);
  const region = regions.region[head.index];
  for (let index = head.index; index >= 0 && left > 0; index = firstParentOf(graph, index)) {
    if (owner[index] !== -1 || regions.region[index] !== region) return;
    owner[index] = head.position;
    left -= 1 + (regions.brought[index] ?? 0);
  }
}

function commitCount(facts: MergeRequestFacts): number {
  if (isKnown(facts.commitCount)) return Math.max(1, facts.commitCount);
  return isKnown(facts.sourceCommits) ? Math.max(1, facts.sourceCommits.length) : 1;
}
