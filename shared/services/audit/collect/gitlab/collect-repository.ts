import type * as z from 'zod';
import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import type { CommitFacts } from '../../../../domain/audit/facts/commit.ts';
import type { DeploymentFacts } from '../../../../domain/audit/facts/deployment.ts';
import { type Instant, millisecondsOf, toUtc } from '../../../../domain/audit/facts/instant.ts';
import { NOT_KNOWN, type NotKnown } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import type { PipelineFacts } from '../../../../domain/audit/facts/pipeline.ts';
import type { AskedCommit, RangeFacts, RepositoryFacts } from '../../../../domain/audit/facts/repository.ts';
import { attributeCommits } from '../../../../domain/audit/range/attribute-commits.ts';
import type { Attribution } from '../../../../domain/audit/range/attribution.ts';
import { toIso } from '../../../../kernel/to-iso.ts';
import type { AuditPlan, PlannedRepository } from '../../plan/audit-plan.ts';
import type { Asker } from '../ask/asker.ts';
import {
  CommitApi,
  DeploymentApi,
  MergeRequestApi,
  PipelineApi,
  ProjectApi,
  toCommit,
  toMergeRequest,
  toPerson,
} from './api-schemas.ts';
import { createClonedHistory } from './cloned-history.ts';
import { listApprovalTimes } from './list-approval-times.ts';
import { type ProjectGet, pinRange } from './pin-range.ts';
import { readMergeRequestDetails } from './read-merge-request-details.ts';
import { readPaths } from './read-paths.ts';

/** Commits that no list explains are asked about one by one; more of them are a gap. */
const MAX_LEFTOVERS = 20;

/** A repository as it was read, and which merge request brought each of its commits. */
export interface CollectedRepository {
  facts: RepositoryFacts;
  attribution: Attribution;
}

/**
 * Everything an audit needs of one repository, counted into `reads`. A repository that cannot be read is a gap and
 * leaves the others their report; `undefined` then.
 */
export async function collectRepository(
  planned: PlannedRepository,
  plan: AuditPlan,
  asker: Asker,
  reads: RepositoryReads,
): Promise<CollectedRepository | undefined> {
  for (const branch of planned.otherBranches ?? [])
    asker.addGap({
      reason: 'branch-not-audited',
      subject: `${planned.repository}@${branch}`,
      detail: `Another binding of the repository releases from ${branch}; this audit ends at ${planned.to}.`,
      next: `Audit it by itself: cmap audit run --fix-version "${plan.fixVersion}" --repo ${planned.repository} --to ${branch}`,
    });
  return asker.orGap(planned.repository, () => collect(planned, plan, asker, reads), undefined);
}

async function collect(
  planned: PlannedRepository,
  plan: AuditPlan,
  asker: Asker,
  reads: RepositoryReads,
): Promise<CollectedRepository> {
  const { credentialRef } = planned;
  const base = `projects/${encodeURIComponent(planned.repository)}`;
  const project = await asker.ask({ service: 'gitlab', method: 'GET', path: base, credentialRef }, ProjectApi);
  const { id, path_with_namespace: repository, web_url: url } = project.value;
  const get: ProjectGet = (path, query = {}, settled = false) => ({
    service: 'gitlab',
    method: 'GET',
    path: `projects/${id}/${path}`,
    query,
    credentialRef,
    ...(settled ? { settled } : {}),
  });

  const clone = planned.clone ? createClonedHistory(planned.repository, url, asker) : undefined;
  const range = await pinRange({ ...planned, repository }, { get, asker, reads, clone });
  const commits = clone
    ? await clone.commits(range)
    : await counted(reads.commitsListed, () => listCommits(range, get, asker));
  const defaultBranch = project.value.default_branch ?? undefined;
  const listedElsewhere =
    defaultBranch === undefined || range.branch === defaultBranch
      ? []
      : await counted(reads.elsewhereListed, () => listElsewhere(range, defaultBranch, get, asker));
  const elsewhere = clone ? await clone.withPatchIds(listedElsewhere) : listedElsewhere;
  const since = oldestOf(commits, range);
  const reading: ReadingOf = { planned, project: project.value, get, asker, reads };
  // No list waits for another one: what takes long is waiting for GitLab, page by page.
  const asked = {
    changes: readChanges({ commits, range, since }, reading),
    opened: listOpened(reading),
    pipelines: counted(reads.pipelinesListed, () => listPipelines(range, since, get, asker)),
    deployments: listDeployments({ environment: plan.environment, since, range }, get, asker, reads),
  };
  // Where one of them fails, nothing of the repository is asked any more once that is known.
  await Promise.allSettled(Object.values(asked));
  const { attribution, ...changes } = await asked.changes;
  const opened = await asked.opened;
  const facts: RepositoryFacts = {
    repository,
    projectId: id,
    url,
    formerPaths: repository === planned.repository ? [] : [planned.repository],
    paths: planned.paths,
    mergeMethod: project.value.merge_method ?? NOT_KNOWN,
    ranges: [range],
    commits: changes.commits,
    elsewhere,
    mergeRequests: [...changes.mergeRequests, ...opened],
    // Only now, so that gaps come in the same order whatever list ended first.
    pipelines: await asker.orGap<PipelineFacts[] | NotKnown>(repository, () => asked.pipelines, NOT_KNOWN),
    deployments: await asker.orGap<DeploymentFacts[] | NotKnown>(repository, () => asked.deployments, NOT_KNOWN),
    askedCommits: changes.askedCommits,
    source: project.source,
  };
  return { facts, attribution };
}

/** What each reading of a repository needs. */
interface ReadingOf {
  planned: PlannedRepository;
  project: z.infer<typeof ProjectApi>;
  get: ProjectGet;
  asker: Asker;
  reads: RepositoryReads;
}

/** The merged merge requests with all that decides about them, and which of them brought each commit. */
async function readChanges(
  { commits, range, since }: { commits: CommitFacts[]; range: RangeFacts; since: Instant },
  { planned, project, get, asker, reads }: ReadingOf,
): Promise<Pick<RepositoryFacts, 'commits' | 'mergeRequests' | 'askedCommits'> & { attribution: Attribution }> {
  const { path_with_namespace: repository, web_url: webUrl } = project;
  const merged = await listMergeRequests({ since, state: 'merged', project }, get, asker);
  reads.mergeRequestsListed = merged.length;
  const ranges = [range];
  // The number of commits of each branch decides how far a fast-forward reaches, so the details come before what is
  // left over.
  const shas = new Set(commits.map(({ sha }) => sha));
  const isInRange = ({ mergeCommitSha, squashCommitSha, sha }: MergeRequestFacts) =>
    [mergeCommitSha, squashCommitSha, sha].some((one) => one !== null && shas.has(one));
  const details = { asker, get, repository, webUrl, credentialRef: planned.credentialRef };
  const untimed = await readMergeRequestDetails(merged.filter(isInRange), details);
  reads.detailed.push(untimed.length);
  const inRange = await listApprovalTimes(untimed, since, { get, asker, reads });
  const known = [...inRange, ...merged.filter((one) => !isInRange(one))];
  const left = await askLeftovers({ commits, ranges, mergeRequests: known }, project, get, asker);
  const { askedCommits, found } = left;
  reads.leftoversAsked = askedCommits.length;
  const detailed = await readMergeRequestDetails(found, details);
  reads.detailed.push(detailed.length);
  const mergeRequests = [...known.filter(({ iid }) => !detailed.some((one) => one.iid === iid)), ...detailed];
  const listed = { repository, commits, ranges, mergeRequests, askedCommits };
  const attribution = found.length === 0 ? left.attribution : attributeCommits(listed);
  const changes =
    planned.paths.length === 0
      ? listed
      : { ...listed, ...(await readPaths(listed, { get, asker, filesListed: reads.filesListed })) };
  return { commits: changes.commits, mergeRequests: changes.mergeRequests, askedCommits, attribution };
}

async function listOpened({ project, get, asker, reads }: ReadingOf): Promise<MergeRequestFacts[]> {
  // A refusal is a call too.
  reads.openMergeRequestsListed = 0;
  const opened = await listMergeRequests({ since: undefined, state: 'opened', project }, get, asker);
  reads.openMergeRequestsListed = opened.length;
  return opened;
}

/**
 * By ancestry of two pinned commits, never by date. `a..b` is git's own notation, which GitLab takes for `ref_name`.
 */
async function listCommits({ branch, from, to }: RangeFacts, get: ProjectGet, asker: Asker): Promise<CommitFacts[]> {
  const ref_name = from === 'root' ? to.sha : `${from.sha}..${to.sha}`;
  const request = get('repository/commits', { ref_name, per_page: 100, trailers: true }, true);
  const branches = [branch];
  return asker.askAll(request, CommitApi, (value, source) => toCommit(value, branches, source));
}

/**
 * What the default branch has and a release branch has not: reverts that are missing here, and what was back-ported.
 */
async function listElsewhere(
  { to }: RangeFacts,
  defaultBranch: string,
  get: ProjectGet,
  asker: Asker,
): Promise<CommitFacts[]> {
  const request = get('repository/commits', { ref_name: `${to.sha}..${defaultBranch}`, per_page: 100, trailers: true });
  const branches = [defaultBranch];
  return asker.askAll(request, CommitApi, (value, source) => toCommit(value, branches, source));
}

interface ListedMergeRequests {
  since: string | undefined;
  state: 'merged' | 'opened';
  project: Parameters<typeof toMergeRequest>[1];
}

async function listMergeRequests(
  { since, state, project }: ListedMergeRequests,
  get: ProjectGet,
  asker: Asker,
): Promise<MergeRequestFacts[]> {
  const updated = since === undefined ? {} : { updated_after: since };
  const query = { state, scope: 'all', order_by: 'updated_at', sort: 'desc', per_page: 100, ...updated };
  return asker.askAll(get('merge_requests', query), MergeRequestApi, (value, source) =>
    toMergeRequest(value, project, source),
  );
}

/**
 * Asks about commits that no list explains, the outermost merges first, until nothing is left or enough was asked. A
 * merge request that only this shows (its list entry was updated before the range began) is returned, too.
 */
async function askLeftovers(
  facts: Pick<RepositoryFacts, 'commits' | 'ranges' | 'mergeRequests'>,
  project: Parameters<typeof toMergeRequest>[1],
  get: ProjectGet,
  asker: Asker,
): Promise<{ askedCommits: AskedCommit[]; found: MergeRequestFacts[]; attribution: Attribution }> {
  const repository = project.path_with_namespace;
  const askedCommits: AskedCommit[] = [];
  const found = new Map<number, MergeRequestFacts>();
  const listed = new Set(facts.mergeRequests.map(({ iid }) => iid));
  for (;;) {
    const mergeRequests = [...facts.mergeRequests, ...found.values()];
    const attribution = attributeCommits({ ...facts, mergeRequests, askedCommits });
    const { leftovers } = attribution;
    if (leftovers.length === 0) return { askedCommits, found: [...found.values()], attribution };
    const room = MAX_LEFTOVERS - askedCommits.length;
    if (room <= 0) {
      asker.addGap({
        reason: 'limit-reached',
        subject: repository,
        detail: `For ${leftovers.length} commits of ${repository} it is not known which merge request brought them: GitLab was asked about ${MAX_LEFTOVERS} of them.`,
        next: 'Audit a smaller range with --from.',
      });
      return { askedCommits, found: [...found.values()], attribution };
    }
    for (const sha of leftovers.slice(0, room)) {
      const { value, source } = await asker.ask(
        get(`repository/commits/${sha}/merge_requests`),
        MergeRequestApi.array(),
      );
      askedCommits.push({ sha, mergeRequestIids: value.map(({ iid }) => iid), source });
      for (const one of value) {
        if (one.state === 'merged' && !listed.has(one.iid)) found.set(one.iid, toMergeRequest(one, project, source));
      }
    }
  }
}

async function listPipelines(
  range: RangeFacts,
  since: Instant,
  get: ProjectGet,
  asker: Asker,
): Promise<PipelineFacts[]> {
  const query = { ref: range.branch, source: 'push', updated_after: since, per_page: 100 };
  return asker.askAll(get('pipelines', query), PipelineApi, ({ id, sha, ref, status, web_url: url }, source) => ({
    id,
    sha,
    ref: ref ?? range.branch,
    status,
    allowedFailures: NOT_KNOWN,
    url,
    source,
  }));
}

async function listDeployments(
  { environment, since, range }: { environment: string | null; since: Instant; range: RangeFacts },
  get: ProjectGet,
  asker: Asker,
  reads: RepositoryReads,
): Promise<DeploymentFacts[]> {
  if (environment === null) return [];
  reads.deploymentsListed = 0;
  // `updated_after` wants this order: https://docs.gitlab.com/api/deployments/
  const query = {
    environment,
    status: 'success',
    updated_after: since,
    order_by: 'updated_at',
    sort: 'asc',
    per_page: 100,
  };
  const deployments = await asker.askAll(
    get('deployments', query),
    DeploymentApi,
    (value, source): DeploymentFacts => ({
      id: value.id,
      environment: value.environment.name,
      sha: value.sha,
      ref: value.ref ?? range.branch,
      finishedAt: value.deployable?.finished_at ?? value.updated_at ?? value.created_at,
      by: toPerson(value.deployable?.user ?? value.user),
      approvals: NOT_KNOWN,
      url: value.environment.external_url ?? '',
      source,
    }),
  );
  reads.deploymentsListed = deployments.length;
  return deployments;
}

/** Notes the length of a list: one call for an empty one, also when it is refused. */
async function counted<T>(lengths: number[], list: () => Promise<T[]>): Promise<T[]> {
  const place = lengths.push(0) - 1;
  const items = await list();
  lengths[place] = items.length;
  return items;
}

/** Nothing that belongs to the range was updated before its oldest commit was made. */
function oldestOf(commits: readonly CommitFacts[], { to }: RangeFacts): Instant {
  const times = commits.map(({ committedAt }) => millisecondsOf(committedAt));
  const oldest = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  if (Number.isFinite(oldest)) return toUtc(toIso(oldest));
  return to.committedAt === NOT_KNOWN ? toIso(0) : toUtc(to.committedAt);
}
