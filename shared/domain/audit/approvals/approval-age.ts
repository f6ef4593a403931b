import { type AuditChange, isMerge, type MergeRequestChange } from '../changes/audit-change.ts';
import { type Instant, millisecondsOf } from '../facts/instant.ts';
import { isKnown, type Known, NOT_KNOWN } from '../facts/known.ts';
import type { DiffVersion } from '../facts/merge-request.ts';

/**
 * Whether the code was the same when it was approved as when it was merged.
 *
 * The pushed states of the branch decide where they are known: an approval of an older state still holds when the patch
 * is the same, since GitLab's rebase button keeps approvals on purpose. Otherwise the last commit that is not a merge
 * decides. Its date comes from the author's clock; one that lies behind the merge is wrong, and the age is not known
 * then.
 */
export function approvedSameCode(change: MergeRequestChange, approvedAt: Known<Instant>): Known<boolean> {
  if (!isKnown(approvedAt)) return NOT_KNOWN;
  const at = millisecondsOf(approvedAt);
  const { diffVersions, mergedAt } = change.mergeRequest.facts;
  if (isKnown(diffVersions) && diffVersions.length > 0) {
    const same = samePatch(diffVersions, at);
    if (isKnown(same)) return same;
  }
  const last = lastCodeAt(change);
  if (!isKnown(last) || (mergedAt !== null && last > millisecondsOf(mergedAt))) return NOT_KNOWN;
  return at >= last;
}

function samePatch(versions: readonly DiffVersion[], at: number): Known<boolean> {
  const oldestFirst = [...versions].sort((a, b) => millisecondsOf(a.createdAt) - millisecondsOf(b.createdAt));
  const final = oldestFirst.at(-1);
  const approved = oldestFirst.filter((version) => millisecondsOf(version.createdAt) <= at).at(-1);
  if (!approved || !final) return false;
  if (approved === final || approved.headSha === final.headSha) return true;
  return isKnown(approved.patchId) && isKnown(final.patchId) ? approved.patchId === final.patchId : NOT_KNOWN;
}

/** Milliseconds of the last commit that is not a merge. A squash was made by the merge itself and says nothing. */
function lastCodeAt(change: MergeRequestChange): Known<number> {
  const { sourceCommits, squashCommitSha } = change.mergeRequest.facts;
  const commits =
    isKnown(sourceCommits) && sourceCommits.length > 0 ? sourceCommits : ownCommits(change, squashCommitSha);
  const times = commits.filter((commit) => !isMerge(commit)).map((commit) => millisecondsOf(commit.committedAt));
  return times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : NOT_KNOWN;
}

function ownCommits(change: AuditChange, squashCommitSha: string | null): AuditChange['commits'] {
  if (squashCommitSha !== null) return [];
  // An old GitLab names no squash commit: the head of the source branch is then in no history.
  const head = change.kind === 'merge-request' ? change.mergeRequest.facts.sha : null;
  return head !== null && change.commits.some((commit) => commit.sha === head) ? change.commits : [];
}
