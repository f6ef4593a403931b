import type { AuditChange } from '../changes/audit-change.ts';
import type { CriteriaMark } from '../facts/criteria-mark.ts';
import { millisecondsOf } from '../facts/instant.ts';

/** What the agent's review said last about the criteria of a change, and whether of the head that was merged. */
export interface CriteriaOfChange {
  mark: CriteriaMark;
  isOfMergedHead: boolean;
}

/** Finds the marks of a change; made once, since it indexes the ledger. */
export type CriteriaFinder = (change: AuditChange) => CriteriaOfChange | null;

/**
 * The newest mark of the head that was merged; where no review has looked at that, the newest of an earlier head, which
 * says nothing of what came after. A direct push has none.
 */
export function createCriteriaFinder(marks: readonly CriteriaMark[] = []): CriteriaFinder {
  const placeOf = ({ repository, mergeRequestIid }: Pick<CriteriaMark, 'repository' | 'mergeRequestIid'>) =>
    `${repository}!${mergeRequestIid}`;
  const byPlace = Map.groupBy(marks.toSorted(newestFirst), placeOf);
  return (change) => {
    if (change.kind !== 'merge-request') return null;
    const { repository, formerPaths } = change.repository;
    const { iid, sha: merged } = change.mergeRequest.facts;
    const found = [repository, ...formerPaths].flatMap(
      (path) => byPlace.get(placeOf({ repository: path, mergeRequestIid: iid })) ?? [],
    );
    const ofMerged = found.find(({ headSha }) => headSha === merged);
    const mark = ofMerged ?? found[0];
    return mark ? { mark, isOfMergedHead: mark === ofMerged } : null;
  };
}

function newestFirst(one: CriteriaMark, other: CriteriaMark): number {
  return millisecondsOf(other.at) - millisecondsOf(one.at) || (one.runId < other.runId ? -1 : 1);
}
