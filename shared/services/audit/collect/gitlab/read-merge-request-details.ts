import type { z } from 'zod';
import { isKnown, NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import { PIPELINE_STATUSES, type PipelineFacts } from '../../../../domain/audit/facts/pipeline.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import type { Asker } from '../asker.ts';
import { ApprovalsApi, GraphMergeRequestsApi, toPerson } from './answers.ts';
import type { ProjectGet } from './pin-range.ts';

/** GitLab gives a page of 100, and refuses queries above a complexity of 250: https://docs.gitlab.com/api/graphql/ */
const BATCH = 100;

const QUERY = `query($path: ID!, $iids: [String!]!) {
  project(fullPath: $path) {
    mergeRequests(iids: $iids, first: ${BATCH}) {
      nodes {
        iid
        commitCount
        author { username name bot }
        approvedBy { nodes { username name bot } }
        committers { nodes { username name bot } }
        headPipeline { id sha ref status warnings path }
      }
    }
  }
}`;

export interface DetailsDeps {
  asker: Asker;
  get: ProjectGet;
  /** Today's path of the project. */
  repository: string;
  webUrl: string;
  credentialRef: string;
  /** Approvals needed; below it the time of an approval decides nothing. */
  required: number;
  deep: boolean;
}

/**
 * Adds approvers, committers and the head pipeline, a hundred merge requests a question, and then the time of each approval for those that
 * have enough of them. Without GraphQL all of it stays "not known", which is a gap and never a pass.
 */
export async function readMergeRequestDetails(
  mergeRequests: readonly MergeRequestFacts[],
  deps: DetailsDeps,
): Promise<MergeRequestFacts[]> {
  const detailed: MergeRequestFacts[] = [];
  const sorted = mergeRequests.toSorted((a, b) => a.iid - b.iid);
  for (let start = 0; start < sorted.length; start += BATCH) {
    detailed.push(...(await readBatch(sorted.slice(start, start + BATCH), deps)));
  }
  const timed: MergeRequestFacts[] = [];
  for (const facts of detailed) timed.push(await readApprovalTimes(facts, deps));
  return timed;
}

async function readBatch(batch: readonly MergeRequestFacts[], deps: DetailsDeps): Promise<MergeRequestFacts[]> {
  const { asker, repository, credentialRef } = deps;
  const request: EvidenceRequest = {
    service: 'gitlab',
    method: 'POST',
    path: 'graphql',
    body: { query: QUERY, variables: { path: repository, iids: batch.map(({ iid }) => String(iid)) } },
    credentialRef,
  };
  const answer = await asker.orGap(repository, () => asker.ask(request, GraphMergeRequestsApi), undefined);
  const nodes = new Map((answer?.value.data.project?.mergeRequests.nodes ?? []).map((node) => [node.iid, node]));
  return batch.map((facts) => {
    const node = nodes.get(String(facts.iid));
    if (!node || !answer) return facts;
    return {
      ...facts,
      author: node.author ? toPerson(node.author) : facts.author,
      commitCount: node.commitCount ?? NOT_KNOWN,
      approvals: node.approvedBy
        ? usersOf(node.approvedBy).map((user) => ({ by: toPerson(user), at: NOT_KNOWN }))
        : NOT_KNOWN,
      committers: node.committers ? usersOf(node.committers).map(toPerson) : NOT_KNOWN,
      headPipeline: node.headPipeline ? toPipeline(node.headPipeline, facts, deps, answer.source) : null,
      approvalsSource: node.approvedBy ? answer.source : null,
    };
  });
}

type GraphNode = NonNullable<z.infer<typeof GraphMergeRequestsApi>['data']['project']>['mergeRequests']['nodes'][number];

function usersOf(users: NonNullable<GraphNode['approvedBy']>) {
  return (users.nodes ?? []).filter((user) => user !== null);
}

function toPipeline(
  pipeline: NonNullable<GraphNode['headPipeline']>,
  { sourceBranch, sha }: MergeRequestFacts,
  { webUrl }: DetailsDeps,
  source: string,
): PipelineFacts | typeof NOT_KNOWN {
  const status = PIPELINE_STATUSES.find((known) => known === pipeline.status.toLowerCase());
  const at = pipeline.sha ?? sha;
  if (!status || at === null) return NOT_KNOWN;
  const id = Number(/(\d+)$/.exec(pipeline.id)?.[1] ?? 0);
  return {
    id,
    sha: at,
    ref: pipeline.ref ?? sourceBranch,
    status,
    allowedFailures: pipeline.warnings ?? NOT_KNOWN,
    url: `${webUrl}/-/pipelines/${id}`,
    source,
  };
}

/** REST alone says when an approval was given: https://docs.gitlab.com/api/merge_request_approvals/ */
async function readApprovalTimes(facts: MergeRequestFacts, deps: DetailsDeps): Promise<MergeRequestFacts> {
  const { asker, get, required, deep, repository } = deps;
  const { approvals, iid } = facts;
  const isEnough = isKnown(approvals) && approvals.length > 0 && approvals.length >= required;
  if (!isEnough && !(deep && isKnown(approvals))) return facts;
  const subject = `${repository}!${iid}`;
  const answer = await asker.orGap(subject, () => asker.ask(get(`merge_requests/${iid}/approvals`), ApprovalsApi), undefined);
  if (!answer || !isKnown(approvals)) return facts;
  const times = new Map(answer.value.approved_by.map(({ user, approved_at }) => [user.username, approved_at]));
  return {
    ...facts,
    approvals: approvals.map(({ by }) => ({ by, at: times.get(String(by.username)) ?? NOT_KNOWN })),
    approvalsSource: answer.source,
  };
}
