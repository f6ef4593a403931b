import type { Sha } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import type { AttributionMethod } from './attribution.ts';
import { type CommitGraph, parentsOf, sizeOf } from './commit-graph.ts';
import type { MergeRegions } from './merge-regions.ts';

/** What a merge request is anchored to in the history. */
export interface Anchor {
  facts: MergeRequestFacts;
  method: AttributionMethod;
  /** The commit it was merged as. */
  index: number;
}

export interface Owners {
  anchors: Anchor[];
  /** For each commit the position of its owner in `anchors`; -1 when none has it. */
  owner: Int32Array;
}

/**
 * Anchors merged merge requests by `merge_commit_sha`, then `squash_commit_sha`, then `sha`, and gives each the commits
 * that these name. What lies behind a merge or below a fast-forwarded head is not assigned here.
 */
export function findOwners(
  graph: CommitGraph,
  regions: MergeRegions,
  mergeRequests: readonly MergeRequestFacts[],
): Owners {
  const merged = mergeRequests.filter((one) => one.state === 'merged').sort((a, b) => a.iid - b.iid);
  const owners: Owners = { anchors: [], owner: new Int32Array(sizeOf(graph)).fill(-1) };
  const claimed = claimMerges(graph, merged);
  for (const facts of merged) {
    const anchor = anchorOf(graph, facts, claimed);
    if (!anchor || isTakenElsewhere(graph, regions, facts, anchor.index)) continue;
    const position = owners.anchors.push(anchor) - 1;
    if (anchor.method !== 'fast-forward') claim(owners.owner, anchor.index, position);
    const squash = indexOf(graph, facts.squashCommitSha);
    if (squash >= 0) claim(owners.owner, squash, position);
  }
  return owners;
}

/**
 * Whether a commit came to this branch before a merge request took it from here to another one, as a release branch is
 * merged back: the commit it was merged as is not in this history, so what stands on the branch itself was pushed to
 * it. What a merge by hand brought is still the merge request's that it was written for.
 */
export function isTakenElsewhere(
  graph: CommitGraph,
  { region }: MergeRegions,
  { mergeCommitSha, squashCommitSha }: MergeRequestFacts,
  index: number,
): boolean {
  const mergedAs = [mergeCommitSha, squashCommitSha].filter((sha) => sha !== null);
  return mergedAs.length > 0 && mergedAs.every((sha) => indexOf(graph, sha) < 0) && region[index] === -1;
}

/**
 * The owner of each merge commit. Merge requests that were merged by one push share it (a stack whose outermost branch
 * was merged by hand): the one whose head was merged has it, and the others are found by their own heads.
 */
function claimMerges(graph: CommitGraph, merged: readonly MergeRequestFacts[]): Map<number, MergeRequestFacts> {
  const claimed = new Map<number, MergeRequestFacts>();
  for (const facts of merged) {
    const index = indexOf(graph, facts.mergeCommitSha);
    if (index < 0 || parentsOf(graph, index).length < 2) continue;
    const head = indexOf(graph, facts.sha);
    if (!claimed.has(index) || (head >= 0 && parentsOf(graph, index).includes(head, 1))) claimed.set(index, facts);
  }
  return claimed;
}

function anchorOf(
  graph: CommitGraph,
  facts: MergeRequestFacts,
  claimed: ReadonlyMap<number, MergeRequestFacts>,
): Anchor | undefined {
  const merge = indexOf(graph, facts.mergeCommitSha);
  const squash = indexOf(graph, facts.squashCommitSha);
  const head = indexOf(graph, facts.sha);
  if (merge >= 0 && claimed.get(merge) === facts) return { facts, method: 'merge-commit', index: merge };
  if (squash >= 0) return { facts, method: 'squash-commit', index: squash };
  if (head >= 0) return { facts, method: 'fast-forward', index: head };
  // A push that closed the merge request may have left a commit with one parent as its merge commit.
  if (merge >= 0 && !claimed.has(merge)) return { facts, method: 'fast-forward', index: merge };
  return undefined;
}

function claim(owner: Int32Array, index: number, position: number): void {
  if (owner[index] === -1) owner[index] = position;
}

function indexOf(graph: CommitGraph, sha: Sha | null): number {
  return sha === null ? -1 : (graph.indexOf.get(sha) ?? -1);
}
