import type * as z from 'zod';
import { NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts, SourceCommit } from '../../../../domain/audit/facts/merge-request.ts';
import { PIPELINE_STATUSES, type PipelineFacts } from '../../../../domain/audit/facts/pipeline.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import type { Asker } from '../ask/asker.ts';
import { GraphMergeRequestsApi, parseMessage, signaturesOf, toPerson } from './api-schemas.ts';
import type { ProjectGet } from './pin-range.ts';

/** GitLab gives a page of 100, and refuses queries above a complexity of 250: https://docs.gitlab.com/api/graphql/ */
export const DETAILS_PER_CALL = 100;

/** Commits of a source branch that are looked at; the newest decides how old an approval may be. */
const COMMITS = 20;

const SOURCE_COMMITS = `commitsWithoutMergeCommits(first: ${COMMITS}) {
          nodes { sha message authorName authorEmail committerName committerEmail committedDate }
        }`;

const queryWith = (commits: string) => `query($path: ID!, $iids: [String!]!) {
  project(fullPath: $path) {
    mergeRequests(iids: $iids, first: ${DETAILS_PER_CALL}) {
      nodes {
        iid
        commitCount
        author { username name bot }
        approvedBy { nodes { username name bot } }
        committers { nodes { username name bot } }
        headPipeline { id sha ref status warnings path }
        ${commits}
      }
    }
  }
}`;

/** An older GitLab does not know the commits in GraphQL; then the rest is asked without them. */
const QUERIES = [queryWith(SOURCE_COMMITS), queryWith('')];

export interface DetailsDeps {
  asker: Asker;
  get: ProjectGet;
  /** Today's path of the project. */
  repository: string;
  webUrl: string;
  credentialRef: string;
}

/**
 * Adds approvers, committers, the newest commits of the source branch and the head pipeline, a hundred merge requests a
 * question. Without GraphQL all of it stays "not known", which is a gap where the policy needs it and never a pass.
 */
export async function readMergeRequestDetails(
  mergeRequests: readonly MergeRequestFacts[],
  deps: DetailsDeps,
): Promise<MergeRequestFacts[]> {
  const detailed: MergeRequestFacts[] = [];
  const sorted = mergeRequests.toSorted((a, b) => a.iid - b.iid);
  for (let start = 0; start < sorted.length; start += DETAILS_PER_CALL) {
    detailed.push(...(await readBatch(sorted.slice(start, start + DETAILS_PER_CALL), deps)));
  }
  return detailed;
}

async function readBatch(batch: readonly MergeRequestFacts[], deps: DetailsDeps): Promise<MergeRequestFacts[]> {
  const { asker, repository, credentialRef } = deps;
  const variables = { path: repository, iids: batch.map(({ iid }) => String(iid)) };
  const requestWith = (query: string): EvidenceRequest => ({
    service: 'gitlab',
    method: 'POST',
    path: 'graphql',
    body: { query, variables },
    credentialRef,
  });
  const answer = await asker.orGap(repository, () => askFirst(QUERIES.map(requestWith), asker), undefined);
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
      sourceCommits: node.commitsWithoutMergeCommits?.nodes
        ? node.commitsWithoutMergeCommits.nodes.filter((one) => one !== null).map(toSourceCommit)
        : NOT_KNOWN,
      approvalsSource: node.approvedBy ? answer.source : null,
    };
  });
}

/** The first question that GitLab understands. What it refuses for another reason is refused for all of them. */
async function askFirst(requests: readonly EvidenceRequest[], asker: Asker) {
  const [request, ...rest] = requests;
  if (!request) return undefined;
  const { value, source } = await asker.ask(request, GraphMergeRequestsApi);
  if (value.data) return { value: { data: value.data }, source };
  return askFirst(rest, asker);
}

type GraphNode = NonNullable<
  NonNullable<z.infer<typeof GraphMergeRequestsApi>['data']>['project']
>['mergeRequests']['nodes'][number];

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

type GraphCommit = NonNullable<NonNullable<NonNullable<GraphNode['commitsWithoutMergeCommits']>['nodes']>[number]>;

function toSourceCommit(commit: GraphCommit): SourceCommit {
  const { subject, body } = parseMessage(commit.message ?? '');
  return {
    sha: commit.sha,
    parents: [],
    subject,
    body,
    trailers: body.includes(': ') ? parseTrailers(body) : [],
    ...signaturesOf(commit.authorName, commit.authorEmail, commit.committerName, commit.committerEmail),
    committedAt: commit.committedDate,
    patchId: NOT_KNOWN,
  };
}

function parseTrailers(body: string): SourceCommit['trailers'] {
  return [...body.matchAll(/^([A-Za-z][A-Za-z-]*): (.+)$/gm)].map(([, key = '', value = '']) => ({ key, value }));
}
