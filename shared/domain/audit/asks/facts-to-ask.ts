import type { AuditFacts } from '../facts/audit-facts.ts';
import { isKnown } from '../facts/known.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import { type JudgedChange, judgeChanges } from '../release/judged-change.ts';
import { buildReleaseModel, type RepositoryPolicies } from '../release/release-model.ts';

export interface MergeRequestRef {
  repository: string;
  iid: number;
}

export interface FactsToAsk {
  /** Merge requests whose times of approval decide: everything else about their approvals is in order. */
  approvalTimes: MergeRequestRef[];
  /** Merge requests whose pushed states decide whether an approval was for the code that was merged. */
  diffVersions: MergeRequestRef[];
}

/**
 * What to ask one by one, given the facts that lists have shown. Merge requests that the cheap rules refuse or accept
 * already are not asked about, and pushed states only once the times are known. Call it again with the answers.
 */
export function factsToAsk(
  facts: AuditFacts,
  policy: AuditPolicy,
  repositoryPolicies: RepositoryPolicies = {},
): FactsToAsk {
  const judged = judgeChanges(buildReleaseModel(facts, policy, repositoryPolicies)).filter((one) => one.change.inScope);
  return { approvalTimes: refsOf(judged, needsTimes), diffVersions: refsOf(judged, needsVersions) };
}

function needsTimes({ approval }: JudgedChange): boolean {
  if (!approval || isKnown(approval.approved) || !isKnown(approval.approvals)) return false;
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

function refsOf(judged: readonly JudgedChange[], isNeeded: (one: JudgedChange) => boolean): MergeRequestRef[] {
  return judged
    .filter(isNeeded)
    .flatMap(({ change }) =>
      change.kind === 'merge-request'
        ? [{ repository: change.repository.repository, iid: change.mergeRequest.facts.iid }]
        : [],
    );
}
