import type { Binding } from '../mapping/binding.ts';
import type { Job, Pipeline } from '../ports/pipelines.ts';
import type { PipelineLeft } from '../runs/pipeline-left.ts';
import type { Run } from '../runs/run.ts';
import type { UpdateTask } from '../runs/task.ts';
import { buildPipelineTask } from './build-task.ts';
import { isOwnMergeRequest, type MergedMergeRequest, type TargetMergeContext } from './plan-target-merge.ts';

/** Why a failed pipeline is not repaired. Dashboards count these words: add freely, rename never. */
export type PipelineSkipReason = 'repair-pipelines-off' | 'closed' | 'not-own' | 'other-head';

export type PipelinePlan = { action: 'enqueue'; task: UpdateTask } | { action: 'skip'; reason: PipelineSkipReason };

/**
 * Decides whether a failed pipeline of a merge request is repaired. One pipeline is one task, by webhook and by poll; a
 * retry of its jobs makes no new one.
 */
export function planPipelineRepair(
  pipeline: Pick<Pipeline, 'id' | 'sha' | 'ref'>,
  mergeRequest: MergedMergeRequest,
  binding: Pick<Binding, 'repairPipelines' | 'credentialRef' | 'image'>,
  { self, bindings, traceparent }: Omit<TargetMergeContext, 'targetSha'>,
): PipelinePlan {
  const reason = findPipelineObstacle(pipeline, mergeRequest, binding, { self, bindings });
  if (reason) return { action: 'skip', reason };
  const { projectId, iid: mergeRequestIid, headSha } = mergeRequest;
  const { credentialRef, image } = binding;
  const about = { projectId, mergeRequestIid, headSha, credentialRef, image, traceparent };
  return { action: 'enqueue', task: buildPipelineTask({ ...about, pipelineId: pipeline.id }) };
}

function findPipelineObstacle(
  pipeline: Pick<Pipeline, 'sha' | 'ref'>,
  mergeRequest: MergedMergeRequest,
  { repairPipelines }: Pick<Binding, 'repairPipelines'>,
  context: Pick<TargetMergeContext, 'self' | 'bindings'>,
): PipelineSkipReason | undefined {
  if (repairPipelines === 'off') return 'repair-pipelines-off';
  if (mergeRequest.state !== 'opened') return 'closed';
  if (!isOwnMergeRequest(mergeRequest, context)) return 'not-own';
  // The commit of a merged result is made for the pipeline: whether it is of this head, its head pipeline says.
  return isMergedResult(pipeline) || pipeline.sha === mergeRequest.headSha ? undefined : 'other-head';
}

/** Whether a pipeline ran on what the merge would make, not on the branch. */
export function isMergedResult({ ref }: Pick<Pipeline, 'ref'>): boolean {
  return /^refs\/merge-requests\/\d+\/merge$/.test(ref);
}

/** The merge request a pipeline ran for, where its ref says so; a merge train is no place to repair anything. */
export function findMergeRequestOfRef(ref: string): number | undefined {
  const iid = /^refs\/merge-requests\/(\d{1,9})\/(?:head|merge)$/.exec(ref)?.[1];
  return iid === undefined ? undefined : Number(iid);
}

export type PipelineStep =
  /** It has come right, or stopped failing. */
  | { kind: 'over'; reason: 'pipeline-passed' | 'pipeline-stopped' }
  /** It is under way again. */
  | { kind: 'wait' }
  | { kind: 'retry'; jobs: Job[] }
  | { kind: 'repair'; jobs: Job[] }
  /** No job failed that a change of the code could mend. */
  | { kind: 'leave'; why: PipelineLeft };

/** What is over and green, or was ended by a person. */
const PASSED: ReadonlySet<string> = new Set(['success']);
const STOPPED: ReadonlySet<string> = new Set(['canceled', 'canceling', 'skipped', 'manual', 'scheduled']);
/** What the script of a job made of itself; all other reasons are of runners, quotas and settings. */
const BY_THE_CODE: ReadonlySet<string> = new Set(['script_failure', 'job_execution_timeout']);
/** A pipeline in which more jobs fail is no flaky one. */
const MAX_RETRIED = 5;

/**
 * What is to be done about a pipeline as it is now. `jobs` are all of it, those that were retried, too. A job that has
 * failed once is retried, for it may be flaky; one of which an earlier attempt failed as well is not. A manual job is
 * never started: it may deploy something, and a person decides when. So none is where it is not known which are.
 */
export function planPipelineStep(
  { status }: Pick<Pipeline, 'status'>,
  jobs: readonly Job[],
  { mayRetry }: { mayRetry: boolean } = { mayRetry: true },
): PipelineStep {
  if (PASSED.has(status)) return { kind: 'over', reason: 'pipeline-passed' };
  if (STOPPED.has(status)) return { kind: 'over', reason: 'pipeline-stopped' };
  if (status !== 'failed') return { kind: 'wait' };
  const failed = listNewest(jobs).filter((job) => job.status === 'failed' && !job.allowFailure);
  if (failed.length === 0) return { kind: 'leave', why: 'no-job' };
  const automatic = failed.filter(({ manual }) => !manual);
  if (automatic.length === 0) return { kind: 'leave', why: 'manual-job' };
  const once = automatic.filter(({ name }) => jobs.filter((job) => job.name === name).length === 1);
  const isKnown = once.every(({ manual }) => manual === false);
  if (mayRetry && isKnown && once.length > 0 && once.length <= MAX_RETRIED) return { kind: 'retry', jobs: once };
  const mendable = automatic.filter(({ failureReason }) => BY_THE_CODE.has(failureReason ?? 'script_failure'));
  return mendable.length > 0 ? { kind: 'repair', jobs: mendable } : { kind: 'leave', why: 'not-by-the-code' };
}

function listNewest(jobs: readonly Job[]): Job[] {
  const newest = new Map<string, Job>();
  for (const job of jobs) {
    const known = newest.get(job.name);
    if (!known || known.id < job.id) newest.set(job.name, job);
  }
  return [...newest.values()];
}

/** Repairs in a row, without a commit of people between. */
const MAX_TRIES = 2;

type EarlierRun = Pick<Run, 'task' | 'state' | 'result'>;

/**
 * Whether the repairs that led to this head are enough: two of them, or one of the same failure. `undefined` where
 * there may be another. `earlier` are runs of the merge request, in any order.
 */
export function findRepairLimit(
  headSha: string,
  failure: string,
  earlier: readonly EarlierRun[],
): Extract<PipelineLeft, 'tried-twice' | 'same-failure'> | undefined {
  const chain = listRepairs(headSha, earlier);
  if (chain.some(({ result }) => result?.failure === failure)) return 'same-failure';
  return chain.length >= MAX_TRIES ? 'tried-twice' : undefined;
}

/** From the head back, as long as each commit is one that an update has pushed on top of another. */
function listRepairs(headSha: string, earlier: readonly EarlierRun[]): EarlierRun[] {
  const repairs: EarlierRun[] = [];
  const left = new Set(earlier);
  for (let head: string | undefined = headSha; head !== undefined; ) {
    const run: EarlierRun | undefined = [...left].find(({ result }) => result?.commitSha === head);
    if (run?.task.kind !== 'update') break;
    left.delete(run);
    if (run.task.cause.kind === 'pipeline') repairs.push(run);
    head = run.task.headSha;
  }
  return repairs;
}
