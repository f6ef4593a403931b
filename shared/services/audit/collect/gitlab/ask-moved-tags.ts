import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import type { EarlierAudit } from '../../../../domain/audit/facts/earlier-audit.ts';
import type { RangeFacts, RepositoryFacts } from '../../../../domain/audit/facts/repository.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import type { AuditPlan } from '../../plan/audit-plan.ts';
import type { Asker } from '../ask/asker.ts';
import { TagApi } from './api-schemas.ts';

/**
 * Asks GitLab of each end of a range that names another commit than in the earlier audit whether it is a tag: a branch
 * may go forward, a tag may not. Without such an end nothing is asked.
 */
export async function askMovedTags(
  facts: RepositoryFacts,
  earlier: EarlierAudit | undefined,
  { plan, asker, reads }: { plan: AuditPlan; asker: Asker; reads: RepositoryReads },
): Promise<RepositoryFacts> {
  const ranges: RangeFacts[] = [];
  for (const range of facts.ranges) {
    if (!hasMoved(range, facts, earlier)) {
      ranges.push(range);
      continue;
    }
    reads.tagsAsked += 1;
    const tag = await asker.orGap(
      `${facts.repository}@${range.to.ref}`,
      () => isTag(range.to.ref, facts, plan, asker),
      undefined,
    );
    ranges.push(tag === undefined ? range : { ...range, to: { ...range.to, tag } });
  }
  return { ...facts, ranges };
}

function hasMoved(
  { branch, to }: RangeFacts,
  { repository }: RepositoryFacts,
  earlier: EarlierAudit | undefined,
): boolean {
  const before = earlier?.ranges.find((one) => one.repository === repository && one.branch === branch);
  return before !== undefined && before.toRef === to.ref && before.toSha !== to.sha;
}

async function isTag(
  ref: string,
  { projectId, repository, formerPaths }: RepositoryFacts,
  plan: AuditPlan,
  asker: Asker,
) {
  const planned = plan.repositories.find((one) => [repository, ...formerPaths].includes(one.repository));
  const path = `projects/${projectId}/repository/tags/${encodeURIComponent(ref)}`;
  const credentialRef = planned?.credentialRef ?? 'default';
  try {
    await asker.ask({ service: 'gitlab', method: 'GET', path, credentialRef }, TagApi);
    return true;
  } catch (error) {
    if (error instanceof TaskError && error.code === 'gitlab-not-found') return false;
    throw error;
  }
}
