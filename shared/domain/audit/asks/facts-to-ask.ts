import { isKnown } from '../facts/known.ts';
import type { JudgedRepository } from '../release/judge-repository.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import { dependsOnDelay } from './depends-on-delay.ts';

export interface FactsToAsk {
  /**
   * Numbers of merge requests whose times of approval decide: everything else about their approvals is in order, and
   * the time is not known, or known from an event that may be late.
   */
  approvalTimes: number[];
  /** Numbers of merge requests whose pushed states decide whether an approval was for the code that was merged. */
  diffVersions: number[];
}

/**
 * What to ask one by one about a repository, given the facts that lists have shown. Merge requests that the cheap rules
 * refuse or accept already are not asked about, and pushed states only once the times are known. Call it again with the
 * answers.
 */
export function factsToAsk({ changes }: JudgedRepository): FactsToAsk {
  const judged = changes.filter((one) => one.change.inScope);
  return { approvalTimes: numbersOf(judged, needsTimes), diffVersions: numbersOf(judged, needsVersions) };
}

function needsTimes(judged: JudgedChange): boolean {
  const { approval } = judged;
  if (!approval || !isKnown(approval.approvals)) return false;
  const isListed = approval.approvals.some((one) => one.approval.listedIn !== undefined);
  if (isListed && (needsVersions(judged) || dependsOnDelay(judged))) return true;
  if (isKnown(approval.approved)) return false;
  return approval.approvals.some((one) => one.verdict === 'age-not-known' && !isKnown(one.approval.at));
}

/** Also where an approval looks older than the code: a rebase changes dates and leaves the patch as it was. */
function needsVersions({ change, approval }: JudgedChange): boolean {
  if (change.kind !== 'merge-request' || isKnown(change.mergeRequest.facts.diffVersions)) return false;
  if (!approval || !isKnown(approval.approvals) || approval.approved === true) return false;
  const open = approval.approvals.filter(
    (one) => isKnown(one.approval.at) && (one.verdict === 'older-than-code' || one.verdict === 'age-not-known'),
  );
  const counting = approval.approvals.filter((one) => one.verdict === 'counts').length;
  return open.length > 0 && counting + open.length >= approval.required;
}

function numbersOf(judged: readonly JudgedChange[], isNeeded: (one: JudgedChange) => boolean): number[] {
  return judged
    .filter(isNeeded)
    .flatMap(({ change }) => (change.kind === 'merge-request' ? [change.mergeRequest.facts.iid] : []));
}
