import type { CommitFacts } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import type { AskedCommit } from '../facts/repository.ts';
import { type CommitGraph, sizeOf } from './commit-graph.ts';
import type { MergeRegions } from './merge-regions.ts';
import { isTakenElsewhere, type Owners } from './owners.ts';

/** What came of asking about a commit: not asked, answered, or answered with a merge request the facts do not have. */
export const ANSWER = { none: 0, complete: 1, incomplete: 2 } as const;

/**
 * Gives commits that nothing claimed to the merge request GitLab names for them. Of several, one into a branch of the
 * commit wins, then the one merged first, then the lowest number. Returns one of `ANSWER` for each commit: where a
 * named merge request is not in the facts, the commit is no direct push, but what it is cannot be said. GitLab also
 * names the merge requests that took a commit from here to another branch, which did not bring it here.
 */
export function applyAnswers(
  graph: CommitGraph,
  regions: MergeRegions,
  facts: {
    commits: readonly CommitFacts[];
    mergeRequests: readonly MergeRequestFacts[];
    askedCommits: readonly AskedCommit[];
  },
  owners: Owners,
): Uint8Array {
  const asked = new Uint8Array(sizeOf(graph));
  const byIid = new Map(facts.mergeRequests.map((one) => [one.iid, one]));
  const positions = new Map(owners.anchors.map((anchor, position) => [anchor.facts.iid, position]));
  for (const answer of facts.askedCommits) {
    const index = graph.indexOf.get(answer.sha) ?? -1;
    const commit = facts.commits[index];
    if (index < 0 || !commit) continue;
    asked[index] = answer.mergeRequestIids.every((iid) => byIid.has(iid)) ? ANSWER.complete : ANSWER.incomplete;
    if (owners.owner[index] !== -1) continue;
    const brought = answer.mergeRequestIids
      .flatMap((iid) => byIid.get(iid) ?? [])
      .filter((one) => !isTakenElsewhere(graph, regions, one, index));
    const chosen = choose(brought, commit);
    if (!chosen) continue;
    const position = positions.get(chosen.iid) ?? owners.anchors.push({ facts: chosen, method: 'asked', index }) - 1;
    positions.set(chosen.iid, position);
    owners.owner[index] = position;
  }
  return asked;
}

function choose(answer: readonly MergeRequestFacts[], commit: CommitFacts): MergeRequestFacts | undefined {
  const merged = answer.filter((one) => one.state === 'merged' && one.mergedAt !== null);
  const here = (one: MergeRequestFacts) => (commit.branches.includes(one.targetBranch) ? 0 : 1);
  const at = (one: MergeRequestFacts) => Date.parse(one.mergedAt ?? '');
  return merged.sort((a, b) => here(a) - here(b) || at(a) - at(b) || a.iid - b.iid)[0];
}
