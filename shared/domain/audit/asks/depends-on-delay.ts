import { toIso } from '../../../kernel/to-iso.ts';
import { approvedSameCode } from '../approvals/approval-age.ts';
import { millisecondsOf } from '../facts/instant.ts';
import { isKnown } from '../facts/known.ts';
import type { JudgedChange } from '../release/judged-change.ts';

/** Most that GitLab's background jobs are taken to be late with an event. */
const DELAY_MS = 15 * 60_000;

/**
 * Whether something would be judged otherwise had an approval been given up to a quarter of an hour before its event
 * was written. It was given after the merge request was opened in any case.
 */
export function dependsOnDelay({ change, policy, approval, deployments }: JudgedChange): boolean {
  if (change.kind !== 'merge-request' || !approval || !isKnown(approval.approvals)) return false;
  const opened = millisecondsOf(change.mergeRequest.facts.createdAt);
  const first = deployments && isKnown(deployments) ? deployments[0] : undefined;
  return approval.approvals.some(({ approval: one, verdict }) => {
    if (one.listedIn === undefined || !isKnown(one.at)) return false;
    const at = millisecondsOf(one.at);
    const earliest = Math.min(at, Math.max(opened, at - DELAY_MS));
    const { mergedAt } = change.mergeRequest.facts;
    if (verdict === 'after-merge') return mergedAt !== null && earliest <= millisecondsOf(mergedAt);
    if (verdict !== 'counts') return false;
    if (first && isBetween(millisecondsOf(first.finishedAt), earliest, at)) return true;
    return policy.approvals.after_last_commit && approvedSameCode(change, toIso(earliest)) !== true;
  });
}

function isBetween(time: number, from: number, to: number): boolean {
  return time >= from && time < to;
}
