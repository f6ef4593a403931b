import type * as z from 'zod';
import {
  asRelease,
  checkMergeRequest,
  type MergeRequestCheckFacts,
} from '../../../domain/audit/check/check-merge-request.ts';
import type { MergeRequestCheck } from '../../../domain/audit/check/merge-request-check.ts';
import type { CommitFacts } from '../../../domain/audit/facts/commit.ts';
import { NOT_KNOWN } from '../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../domain/audit/facts/merge-request.ts';
import type { VersionFacts } from '../../../domain/audit/facts/version.ts';
import { keysToLookUp } from '../../../domain/audit/keys/keys-to-look-up.ts';
import { createReleaseFrame } from '../../../domain/audit/release/release-frame.ts';
import { mergeRequestRevert } from '../../../domain/audit/reverts/merge-request-revert.ts';
import { parseReferences } from '../../../domain/audit/reverts/parse-references.ts';
import type { EvidenceFetch } from '../../../domain/ports/evidence.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import { type Asker, createAsker } from '../collect/ask/asker.ts';
import { collectAgentRuns } from '../collect/collect-agent-runs.ts';
import type { CollectDeps } from '../collect/collect-release.ts';
import { CommitApi, MergeRequestApi, ProjectApi, toCommit, toMergeRequest } from '../collect/gitlab/api-schemas.ts';
import { completeRepository } from '../collect/gitlab/complete-repository.ts';
import type { ProjectGet } from '../collect/gitlab/pin-range.ts';
import { readMergeRequestDetails } from '../collect/gitlab/read-merge-request-details.ts';
import { listPaths } from '../collect/gitlab/read-paths.ts';
import { createReads } from '../collect/gitlab/repository-reads.ts';
import { collectVersions } from '../collect/jira/collect-versions.ts';
import { lookUpKeys } from '../collect/jira/look-up-keys.ts';
import { createLiveReader } from '../evidence/live-reader.ts';
import type { AuditPlan } from '../plan/audit-plan.ts';
import { repositoryPolicies } from '../plan/repository-policies.ts';

export interface CheckDeps extends Pick<CollectDeps, 'siteUrl' | 'toolVersion' | 'readAgentRuns'> {
  fetch: EvidenceFetch;
  clock: Clock;
}

export interface CheckedMergeRequest {
  iid: number;
  /** Version its tickets should be in; null: that is not asked. */
  fixVersion: string | null;
}

/**
 * Asks for what the rules need of one merge request, and judges it as if it were merged now. The plan names its
 * repository and the projects whose keys count. @throws {TaskError} of the service when the merge request itself cannot
 * be read.
 */
export async function checkOpenMergeRequest(
  plan: AuditPlan,
  { iid, fixVersion }: CheckedMergeRequest,
  deps: CheckDeps,
  signal?: AbortSignal,
): Promise<MergeRequestCheck> {
  const asker = createAsker(createLiveReader(deps.fetch, deps.clock), signal);
  const { siteUrl } = deps;
  const read = await readMergeRequest(plan, iid, asker);
  const versions: VersionFacts[] = fixVersion === null ? [] : await collectVersions(plan, asker, siteUrl);
  const { projects, mappedProjects, scope, agentUsername } = plan;
  const request = { fixVersion, projects, mappedProjects, scope, agentUsername };
  const facts: MergeRequestCheckFacts = {
    ...read,
    request: { ...request, now: toIso(deps.clock.now()), toolVersion: deps.toolVersion },
    issues: [],
    lookups: [],
    versions,
    agentRuns: NOT_KNOWN,
    sources: [],
    gaps: [],
  };
  const release = asRelease(facts);
  const looked = await asker.orGap('keys', () => lookUpKeys(keysToLookUp(release), asker, siteUrl), {
    issues: [],
    lookups: [],
    askedAlone: 0,
  });
  const ofLedger = await collectAgentRuns(release.repositories, deps.readAgentRuns, asker);
  const known = { ...facts, issues: looked.issues, lookups: looked.lookups, ...ofLedger };
  const asked = asRelease(known);
  const frame = createReleaseFrame(asked, plan.policy, repositoryPolicies(plan));
  const [repository] = asked.repositories;
  const judged = repository && (await completeRepository(repository, { frame, plan, asker, reads: createReads() }));
  const approved = judged?.model.facts.mergeRequests.find((one) => one.iid === iid);
  const { approvals, approvalsSource, diffVersions } = approved ?? facts.mergeRequest;
  const mergeRequest = { ...facts.mergeRequest, approvals, approvalsSource, diffVersions };
  const policy = plan.repositories[0]?.policy ?? plan.policy;
  return checkMergeRequest({ ...known, mergeRequest, sources: asker.sources(), gaps: asker.gaps() }, policy);
}

type Read = Pick<
  MergeRequestCheckFacts,
  'repository' | 'mergeRequest' | 'commits' | 'revertedCommits' | 'revertedMergeRequests'
>;

async function readMergeRequest(plan: AuditPlan, iid: number, asker: Asker): Promise<Read> {
  const [planned] = plan.repositories;
  if (!planned) throw new RangeError('The plan names no repository.');
  const { credentialRef, repository: path } = planned;
  const ask = (place: string) => ({ service: 'gitlab', method: 'GET', path: place, credentialRef }) as const;
  const { value: project, source } = await asker.ask(ask(`projects/${encodeURIComponent(path)}`), ProjectApi);
  const get: ProjectGet = (place, query = {}) => ({ ...ask(`projects/${project.id}/${place}`), query });
  const found = await asker.ask(get(`merge_requests/${iid}`), MergeRequestApi);
  const { sha, target_branch: target } = found.value;
  if (!sha) throw new TaskError('gitlab-not-found', { detail: `${path}!${iid} has no commits.` });
  // The head of a fork lies in the target project too, so its commits have their parents here.
  const list = get('repository/commits', { ref_name: `${target}..${sha}`, per_page: 100, trailers: true });
  const commits = await asker.askAll(list, CommitApi, (value, place) => toCommit(value, [target], place));
  if (commits.length === 0) throw new TaskError('gitlab-not-found', { detail: `${path}!${iid} has no commits.` });
  const { path_with_namespace: repository, web_url: url } = project;
  const details = { asker, get, repository, webUrl: url, credentialRef };
  const listed = toMergeRequest(found.value, project, found.source);
  const [detailed = listed] = await readMergeRequestDetails([listed], details);
  const reading = { get, asker, filesListed: [] };
  const paths =
    planned.paths.length === 0 ? NOT_KNOWN : await listPaths(`merge_requests/${iid}/diffs`, `${path}!${iid}`, reading);
  const mergeRequest = { ...detailed, paths };
  return {
    repository: {
      repository,
      projectId: project.id,
      url,
      formerPaths: repository === path ? [] : [path],
      paths: planned.paths,
      mergeMethod: project.merge_method ?? NOT_KNOWN,
      source,
    },
    mergeRequest,
    commits,
    ...(await readReverted({ mergeRequest, commits }, { get, asker, project })),
  };
}

/** Names of what is taken back that are asked about; a merge request has one or two. */
const MAX_REVERTED = 20;

/** What the messages say they take back, by SHA or number. What GitLab does not have is left out. */
async function readReverted(
  { mergeRequest, commits }: Pick<Read, 'mergeRequest' | 'commits'>,
  { get, asker, project }: { get: ProjectGet; asker: Asker; project: z.infer<typeof ProjectApi> },
): Promise<Pick<Read, 'revertedCommits' | 'revertedMergeRequests'>> {
  const named = [
    ...commits.map(({ body }) => parseReferences(body).reverts),
    ...[mergeRequestRevert(mergeRequest)?.named].filter((one) => one !== undefined),
  ];
  const own = (name: string) => commits.some(({ sha }) => sha.startsWith(name));
  const shas = new Set(named.flatMap((one) => one.commits).filter((name) => !own(name)));
  const iids = new Set(named.flatMap((one) => one.mergeRequests).filter((iid) => iid !== mergeRequest.iid));
  const revertedCommits: CommitFacts[] = [];
  for (const name of [...shas].slice(0, MAX_REVERTED)) {
    const found = await orAbsent(() => asker.ask(get(`repository/commits/${name}`), CommitApi));
    if (found) revertedCommits.push(toCommit(found.value, [mergeRequest.targetBranch], found.source));
  }
  const revertedMergeRequests: MergeRequestFacts[] = [];
  for (const iid of [...iids].slice(0, MAX_REVERTED)) {
    const found = await orAbsent(() => asker.ask(get(`merge_requests/${iid}`), MergeRequestApi));
    if (found) revertedMergeRequests.push(toMergeRequest(found.value, project, found.source));
  }
  return { revertedCommits, revertedMergeRequests };
}

async function orAbsent<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TaskError && error.code === 'gitlab-not-found') return undefined;
    throw error;
  }
}
