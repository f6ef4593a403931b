import type { EarlierRange } from '../facts/earlier-audit.ts';
import type { Gap } from '../facts/gap.ts';

/** What two audits have to know of each other. */
export interface AuditedRanges {
  ranges: readonly EarlierRange[];
  /** Whether a commit is in the new range of its repository. */
  has(repository: string, sha: string): boolean;
  /** Whether a reference is a tag, which is not expected to go forward as a branch is. */
  isTag(repository: string, ref: string): boolean;
}

/**
 * References that no longer name the commit they named in an earlier audit of the same version, as gaps of the new one.
 * A branch may go forward, so it has moved only when the commit that was its end is in the new range no more although
 * both begin at the same commit.
 */
export function findMovedRefs(earlier: readonly EarlierRange[], now: AuditedRanges): Gap[] {
  const gaps: Gap[] = [];
  for (const before of earlier) {
    const { repository } = before;
    const after = now.ranges.find((one) => one.repository === repository && one.branch === before.branch);
    if (!after) continue;
    if (before.fromRef === after.fromRef && before.fromSha !== null && before.fromSha !== after.fromSha)
      gaps.push(moved(repository, before.fromRef, before.fromSha, after.fromSha));
    if (before.toRef !== after.toRef || before.toSha === after.toSha || before.toSha === after.fromSha) continue;
    const isRewritten = before.fromSha === after.fromSha && !now.has(repository, before.toSha);
    if (isRewritten || now.isTag(repository, after.toRef))
      gaps.push(moved(repository, before.toRef, before.toSha, after.toSha));
  }
  return gaps;
}

function moved(repository: string, ref: string, from: string, to: string | null): Gap {
  return {
    reason: 'moved-ref',
    subject: `${repository}@${ref}`,
    detail: `${ref} named ${from.slice(0, 8)} in the earlier audit and names ${to?.slice(0, 8) ?? 'nothing'} now.`,
    next: 'Find out who moved it: what was audited before is not what is released now.',
  };
}
