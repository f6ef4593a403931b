import { factsToAsk, type MergeRequestRef } from '../../../../domain/audit/asks/facts-to-ask.ts';
import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import type { AuditFacts } from '../../../../domain/audit/facts/audit-facts.ts';
import { isKnown, NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import type { RepositoryFacts } from '../../../../domain/audit/facts/repository.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import type { AuditPlan } from '../../audit-plan.ts';
import { repositoryPolicies } from '../../repository-policies.ts';
import type { Asker } from '../asker.ts';
import { ApprovalsApi, VersionsApi } from './answers.ts';

/**
 * Asks one by one for what decides and no list shows: when an approval was given, and which states of the branch were pushed. With `deep`
 * the times of all approvals are asked for. What GitLab refuses stays "not known".
 */
export async function askApprovals(
  facts: AuditFacts,
  plan: AuditPlan,
  asker: Asker,
  readsOf: (repository: RepositoryFacts) => RepositoryReads,
): Promise<AuditFacts> {
  const times = plan.deep ? allApproved(facts) : factsToAsk(facts, plan.policy, repositoryPolicies(plan)).approvalTimes;
  const timed = await update(facts, times, plan, asker, readTimes);
  for (const repository of facts.repositories) readsOf(repository).approvalsAsked = countOf(times, repository);
  const { diffVersions } = factsToAsk(timed, plan.policy, repositoryPolicies(plan));
  for (const repository of facts.repositories)
    readsOf(repository).diffVersionsAsked = countOf(diffVersions, repository);
  return update(timed, diffVersions, plan, asker, readVersions);
}

function countOf(refs: readonly MergeRequestRef[], { repository }: RepositoryFacts): number {
  return refs.filter((ref) => ref.repository === repository).length;
}

function allApproved({ repositories }: AuditFacts): MergeRequestRef[] {
  return repositories.flatMap(({ repository, mergeRequests }) =>
    mergeRequests
      .filter(({ approvals }) => isKnown(approvals) && approvals.length > 0)
      .map(({ iid }) => ({ repository, iid })),
  );
}

type Get = (path: string) => EvidenceRequest;
type Read = (facts: MergeRequestFacts, get: Get, asker: Asker) => Promise<MergeRequestFacts>;

async function update(
  facts: AuditFacts,
  refs: readonly MergeRequestRef[],
  plan: AuditPlan,
  asker: Asker,
  read: Read,
): Promise<AuditFacts> {
  const repositories: RepositoryFacts[] = [];
  for (const repository of facts.repositories) {
    const wanted = new Set(refs.filter((ref) => ref.repository === repository.repository).map(({ iid }) => iid));
    const get = requestsOf(repository, plan);
    const mergeRequests: MergeRequestFacts[] = [];
    for (const one of repository.mergeRequests) {
      const subject = `${repository.repository}!${one.iid}`;
      mergeRequests.push(wanted.has(one.iid) ? await asker.orGap(subject, () => read(one, get, asker), one) : one);
    }
    repositories.push({ ...repository, mergeRequests });
  }
  return { ...facts, repositories };
}

function requestsOf({ repository, formerPaths, projectId }: RepositoryFacts, plan: AuditPlan): Get {
  const planned = plan.repositories.find((one) => [repository, ...formerPaths].includes(one.repository));
  return (path) => ({
    service: 'gitlab',
    method: 'GET',
    path: `projects/${projectId}/${path}`,
    credentialRef: planned?.credentialRef ?? 'default',
  });
}

/** REST alone says when an approval was given: https://docs.gitlab.com/api/merge_request_approvals/ */
async function readTimes(facts: MergeRequestFacts, get: Get, asker: Asker): Promise<MergeRequestFacts> {
  const { value, source } = await asker.ask(get(`merge_requests/${facts.iid}/approvals`), ApprovalsApi);
  if (!isKnown(facts.approvals)) return facts;
  const times = new Map(value.approved_by.map(({ user, approved_at }) => [user.username, approved_at]));
  const approvals = facts.approvals.map(({ by }) => ({ by, at: times.get(String(by.username)) ?? NOT_KNOWN }));
  return { ...facts, approvals, approvalsSource: source };
}

/** https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions */
async function readVersions(facts: MergeRequestFacts, get: Get, asker: Asker): Promise<MergeRequestFacts> {
  const { value } = await asker.ask(get(`merge_requests/${facts.iid}/versions`), VersionsApi);
  const diffVersions = value.map(({ head_commit_sha, created_at, patch_id_sha }) => ({
    headSha: head_commit_sha,
    createdAt: created_at,
    patchId: patch_id_sha ?? NOT_KNOWN,
  }));
  return { ...facts, diffVersions: diffVersions.reverse() };
}
