import type { Gap } from '../facts/gap.ts';
import type { AuditReport } from '../report/audit-report.ts';

/**
 * References that no longer name the commit they named in an earlier audit, as gaps of the new one. Both audits are read
 * as they are written. A branch may go forward, so it has moved only when the commit that was its end is in the new range
 * no more although both begin at the same commit.
 */
export function findMovedRefs(earlier: AuditReport, now: AuditReport): Gap[] {
  const gaps: Gap[] = [];
  for (const before of earlier.summary.ranges) {
    const after = now.summary.ranges.find(
      (one) => one.repository === before.repository && one.branch === before.branch,
    );
    if (!after) continue;
    if (before.fromRef === after.fromRef && before.fromSha !== null && before.fromSha !== after.fromSha)
      gaps.push(moved(before.repository, before.fromRef, before.fromSha, after.fromSha));
    if (before.toRef !== after.toRef || before.toSha === after.toSha || before.toSha === after.fromSha) continue;
    const isTag = before.toRef !== before.branch;
    const sameStart = before.fromSha === after.fromSha;
    const gone = !now.commits.some((commit) => commit.repository === before.repository && commit.sha === before.toSha);
    if (isTag || (sameStart && gone)) gaps.push(moved(before.repository, before.toRef, before.toSha, after.toSha));
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
