import pLimit from 'p-limit';
import { factsToAsk } from '../../../../domain/audit/asks/facts-to-ask.ts';
import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import { isKnown, NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import type { RepositoryFacts } from '../../../../domain/audit/facts/repository.ts';
import { type JudgedRepository, judgeRepository } from '../../../../domain/audit/release/judge-repository.ts';
import type { ReleaseFrame } from '../../../../domain/audit/release/release-frame.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import { allEnded } from '../../../../kernel/all-ended.ts';
import type { AuditPlan } from '../../plan/audit-plan.ts';
import type { Asker } from '../ask/asker.ts';
import { ApprovalsApi, VersionsApi } from './api-schemas.ts';

export interface CompleteDeps {
  frame: ReleaseFrame;
  plan: AuditPlan;
  asker: Asker;
  reads: RepositoryReads;
}

/** Questions to one repository at a time. */
const AT_ONCE = 4;

/**
 * Asks one by one for what decides and no list shows: when an approval was given, and which states of the branch were
 * pushed. With `deep` both are asked for wherever there is an approval. What GitLab refuses stays "not known".
 */
export async function completeRepository(
  facts: RepositoryFacts,
  { frame, plan, asker, reads }: CompleteDeps,
): Promise<JudgedRepository> {
  const listed = judgeRepository(facts, frame);
  const times = plan.deep ? allApproved(facts) : factsToAsk(listed).approvalTimes;
  reads.approvalsAsked = times.length;
  const timed = await update(listed, times, readTimes);
  const diffVersions = plan.deep ? allApproved(facts) : factsToAsk(timed).diffVersions;
  reads.diffVersionsAsked = diffVersions.length;
  return update(timed, diffVersions, readVersions);

  async function update(judged: JudgedRepository, iids: readonly number[], read: Read): Promise<JudgedRepository> {
    if (iids.length === 0) return judged;
    const wanted = new Set(iids);
    const known = judged.model.facts;
    const get = requestsOf(known, plan);
    const limit = pLimit(AT_ONCE);
    const mergeRequests = await allEnded(
      known.mergeRequests.map((one) =>
        wanted.has(one.iid)
          ? limit(() => asker.orGap(`${known.repository}!${one.iid}`, () => read(one, get, asker), one))
          : one,
      ),
    );
    return judgeRepository({ ...known, mergeRequests }, frame);
  }
}

function allApproved({ mergeRequests }: RepositoryFacts): number[] {
  return mergeRequests.filter(({ approvals }) => isKnown(approvals) && approvals.length > 0).map(({ iid }) => iid);
}

type Get = (path: string) => EvidenceRequest;
type Read = (facts: MergeRequestFacts, get: Get, asker: Asker) => Promise<MergeRequestFacts>;

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
  // An older GitLab answers without times; then those of the events stay.
  const approvals = facts.approvals.map((one) => {
    const at = times.get(String(one.by.username));
    return at ? { by: one.by, at } : one;
  });
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
