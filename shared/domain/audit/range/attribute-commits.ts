import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { ANSWER, applyAnswers } from './apply-answers.ts';
import { type Attribution, MAX_CARRIERS, MAX_DEPTH } from './attribution.ts';
import { claimFastForwards } from './claim-fast-forwards.ts';
import type { MergeRegions } from './merge-regions.ts';
import { findOwners, type Owners } from './owners.ts';
import { walkHistory } from './walk-history.ts';

/**
 * Every commit of a repository's ranges with the merge request that brought it, in time linear in commits and merge
 * requests. The innermost merge request wins and the outer one is its carrier. A commit that nothing claims is a direct
 * push when GitLab said so, and unattributed until it was asked.
 */
export function attributeCommits(
  facts: Pick<RepositoryFacts, 'commits' | 'ranges' | 'mergeRequests' | 'askedCommits'>,
): Attribution {
  const { commits, graph, order, reached, regions } = walkHistory(facts);

  const owners = findOwners(graph, regions, facts.mergeRequests);
  claimFastForwards(graph, regions, owners, order);
  const asked = applyAnswers(graph, regions, { ...facts, commits }, owners);
  inheritFromMerges(regions, owners.owner);

  return {
    ...collect(order, { commits, regions, owners, asked }),
    commits: pick(commits, order),
    unreachable: order.filter((index) => !reached[index]).map((index) => shaAt(commits, index)),
    missingEnds: missingEnds(facts, graph.indexOf),
  };
}

/**
 * A commit without an owner belongs to the owner of the merge that brought it. `visited` has each merge before these.
 */
function inheritFromMerges(regions: MergeRegions, owner: Int32Array): void {
  for (const index of regions.visited) {
    const merge = regions.region[index] ?? -1;
    if (owner[index] === -1 && merge >= 0) owner[index] = owner[merge] ?? -1;
  }
}

interface Walk {
  commits: readonly CommitFacts[];
  regions: MergeRegions;
  owners: Owners;
  asked: Uint8Array;
}

function collect(
  order: readonly number[],
  { commits, regions, owners, asked }: Walk,
): Pick<Attribution, 'mergeRequests' | 'direct' | 'unattributed' | 'leftovers'> {
  const owned: Sha[][] = owners.anchors.map(() => []);
  const direct: Sha[] = [];
  const unattributed: Sha[] = [];
  const leftovers: Sha[] = [];
  for (const index of order) {
    const sha = shaAt(commits, index);
    const own = owned[owners.owner[index] ?? -1];
    if (own) own.push(sha);
    else if (asked[index] === ANSWER.complete) direct.push(sha);
    else {
      unattributed.push(sha);
      const merge = regions.region[index] ?? -1;
      if (asked[index] === ANSWER.none && (merge < 0 || asked[merge] !== ANSWER.none)) leftovers.push(sha);
    }
  }
  const mergeRequests = owners.anchors.map((anchor, position) => ({
    facts: anchor.facts,
    method: anchor.method,
    mergedSha: shaAt(commits, anchor.index),
    commits: owned[position] ?? [],
    carriers: carriersOf(position, regions, owners),
  }));
  return { mergeRequests: mergeRequests.filter((one) => one.commits.length > 0), direct, unattributed, leftovers };
}

function carriersOf(position: number, regions: MergeRegions, owners: Owners): number[] {
  const carriers: number[] = [];
  let index = regions.region[owners.anchors[position]?.index ?? -1] ?? -1;
  for (let depth = 0; index >= 0 && depth < MAX_DEPTH && carriers.length < MAX_CARRIERS; depth += 1) {
    const outer = owners.owner[index] ?? -1;
    const iid = owners.anchors[outer]?.facts.iid;
    if (iid !== undefined && outer !== position && !carriers.includes(iid)) carriers.push(iid);
    index = regions.region[index] ?? -1;
  }
  return carriers;
}

function missingEnds(facts: Pick<RepositoryFacts, 'ranges'>, indexOf: ReadonlyMap<string, number>): Sha[] {
  // A range from a commit to itself is empty and lists nothing.
  const ends = facts.ranges.filter((range) => range.from === 'root' || range.from.sha !== range.to.sha);
  return [...new Set(ends.map((range) => range.to.sha).filter((sha) => !indexOf.has(sha)))];
}

function pick(commits: readonly CommitFacts[], order: readonly number[]): CommitFacts[] {
  return order.flatMap((index) => commits[index] ?? []);
}

function shaAt(commits: readonly CommitFacts[], index: number): Sha {
  const commit = commits[index];
  if (!commit) throw new RangeError('A place outside the list of commits.');
  return commit.sha;
}
