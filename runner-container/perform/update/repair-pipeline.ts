import { formatPipelineNote, type PipelineNote } from '../../../shared/domain/messages/format-pipeline-note.ts';
import { isRefusedByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import type { Job, Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { PipelineLeft } from '../../../shared/domain/runs/pipeline-left.ts';
import { mergeRequestScope } from '../../../shared/domain/tasks/build-task.ts';
import {
  findRepairLimit,
  isMergedResult,
  type PipelineStep,
  planPipelineRepair,
  planPipelineStep,
} from '../../../shared/domain/tasks/plan-pipeline-repair.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { upsertReportNote } from '../../../shared/services/notifications/report-note.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { findPushed } from './find-pushed.ts';
import { type Failure, readFailure } from './read-failure.ts';
import { runRepairSession } from './run-repair-session.ts';
import { pickPlace, type UpdateRun } from './update-run.ts';

/** How often it is looked whether a retried pipeline is over, and how long. */
const LOOK_AGAIN_MS = 2 * MINUTE;
const LONGEST_WAIT_MS = 6 * HOUR;

/**
 * Repairs a failed pipeline of a merge request of the agent: its failed jobs are retried once, and what fails again
 * goes to one session of the agent. The run waits while the pipeline is under way again, so that one pipeline is one
 * run. What has been done is read from GitLab each time, so it may be killed anywhere and performed again.
 */
export async function repairPipeline(run: UpdateRun, pipelineId: number, signal: AbortSignal): Promise<Outcome> {
  const { gitlab, mergeRequest } = run;
  const { projectId } = mergeRequest;
  const pipeline = await gitlab.findPipeline(projectId, pipelineId);
  if (!pipeline) return { kind: 'superseded', reason: 'pipeline-gone' };
  const jobs = await listAllJobs(run, pipeline);
  const pushed = await findPushed(run, signal);
  if (pushed !== undefined) return reportPushed(run, { pipeline, jobs, commitSha: pushed });
  const reason = findReason(run, pipeline);
  if (reason !== undefined) return { kind: 'superseded', reason };

  const step = await retryOnce(run, pipeline, jobs);
  switch (step.kind) {
    case 'over':
      return { kind: 'superseded', reason: step.reason };
    case 'wait':
      return waitFor(run);
    case 'leave':
      return leave(run, pipeline, { why: step.why, jobs: [] });
    case 'repair':
      return repair(run, pipeline, step.jobs, signal);
  }
}

/** What has changed since the task was planned: a newer head has pipelines of its own. */
function findReason({ task, mergeRequest, binding, bindings, self }: UpdateRun, pipeline: Pipeline) {
  if (mergeRequest.headSha !== task.headSha) return 'newer-head';
  const plan = planPipelineRepair(pipeline, mergeRequest, binding, { self, bindings });
  if (plan.action === 'skip') return plan.reason;
  const { headPipeline } = mergeRequest;
  const isHead = headPipeline === undefined || headPipeline.id === pipeline.id;
  return isHead ? undefined : 'other-pipeline';
}

/** Those of the pipeline and of failed ones it started in the same project, the retried ones too. */
async function listAllJobs(run: UpdateRun, { id, status }: Pipeline): Promise<Job[]> {
  const list = status === 'failed' ? listWithStarters : listJobs;
  const all = await list(run, id);
  const children = await run.gitlab.listFailedChildren(run.mergeRequest.projectId, id);
  for (const [index, child] of children.slice(0, MAX_CHILDREN).entries()) {
    const ofChild = await list(run, child);
    // Two pipelines may have jobs of one name, and an id would make another failure of it each time.
    all.push(...ofChild.map((job) => ({ ...job, name: `${job.name} (child pipeline ${index + 1})` })));
  }
  return all;
}

const MAX_CHILDREN = 5;

async function listJobs({ gitlab, mergeRequest }: UpdateRun, pipelineId: number): Promise<Job[]> {
  return gitlab.listJobs(mergeRequest.projectId, pipelineId);
}

/** With what GitLab says of which a person starts. */
async function listWithStarters(run: UpdateRun, pipelineId: number): Promise<Job[]> {
  const jobs = await listJobs(run, pipelineId);
  const manual = await run.gitlab.findManualJobs(run.mergeRequest.projectId, pipelineId);
  return manual === undefined ? jobs : jobs.map((job) => ({ ...job, manual: manual.has(job.id) }));
}

/** A job that GitLab does not start again is taken for one that has failed twice. */
async function retryOnce(
  { gitlab, mergeRequest, context }: UpdateRun,
  pipeline: Pipeline,
  jobs: readonly Job[],
): Promise<Exclude<PipelineStep, { kind: 'retry' }>> {
  const step = planPipelineStep(pipeline, jobs);
  if (step.kind !== 'retry') return step;
  let started = 0;
  try {
    for (const { id } of step.jobs) {
      await gitlab.retryJob(mergeRequest.projectId, id);
      started += 1;
    }
    await context.stage('retried', { jobs: started });
    return { kind: 'wait' };
  } catch (error) {
    if (!isRefusedByGitLab(error)) throw error;
    context.log.warn('jobs not retried', { pipelineId: pipeline.id, error });
    // Only when these are over is it known what is left to repair.
    if (started > 0) return { kind: 'wait' };
    const final = planPipelineStep(pipeline, jobs, { mayRetry: false });
    return final.kind === 'retry' ? { kind: 'wait' } : final;
  }
}

function waitFor({ context, deps }: UpdateRun): Outcome {
  const now = deps.clock.now();
  if (now > context.run.createdAt + LONGEST_WAIT_MS) return { kind: 'superseded', reason: 'pipeline-slow' };
  return { kind: 'wait', reason: 'pipeline', until: now + LOOK_AGAIN_MS };
}

async function repair(
  run: UpdateRun,
  pipeline: Pipeline,
  failed: readonly Job[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { mergeRequest, context, deps } = run;
  const failure = await readFailure(run, pipeline.id, failed);
  const jobs = failed.map(({ name }) => name);
  const earlier = await deps.listEarlierRuns(context.run);
  const limit = findRepairLimit(mergeRequest.headSha, failure.fingerprint, earlier);
  if (limit) return leave(run, pipeline, { why: limit, jobs });
  return withinMergeRequestLimits(run, signal, async (limited) => {
    const given = { failure, isMergedResult: isMergedResult(pipeline) };
    const repaired = await runRepairSession(limited, given, signal);
    signal.throwIfAborted();
    if (typeof repaired === 'string') return { kind: 'superseded', reason: repaired };
    const { summary } = repaired;
    if (repaired.commitSha === undefined) return leave(run, pipeline, { why: 'no-change', jobs, summary });
    return report(run, pipeline, { jobs, failure, commitSha: repaired.commitSha, summary });
  });
}

async function report(
  run: UpdateRun,
  pipeline: Pipeline,
  {
    jobs,
    failure,
    commitSha,
    summary,
  }: { jobs: readonly string[]; failure: Pick<Failure, 'fingerprint'>; commitSha: string; summary: string },
): Promise<Outcome> {
  await post(run, { what: 'repaired', url: urlOf(run, pipeline), jobs, commitSha, summary });
  const result = { what: 'pipeline-repaired', commitSha, failure: failure.fingerprint, summary: summary.slice(0, 500) };
  return { kind: 'done', result: { ...result, ...pickPlace(run) } };
}

/** An earlier attempt has pushed, and may not have lived to say so. */
async function reportPushed(
  run: UpdateRun,
  { pipeline, jobs, commitSha }: { pipeline: Pipeline; jobs: readonly Job[]; commitSha: string },
): Promise<Outcome> {
  const step = planPipelineStep(pipeline, jobs, { mayRetry: false });
  const failed = step.kind === 'repair' ? step.jobs : [];
  const failure = await readFailure(run, pipeline.id, failed);
  const names = failed.map(({ name }) => name);
  return report(run, pipeline, { jobs: names, failure, commitSha, summary: '' });
}

async function leave(
  run: UpdateRun,
  pipeline: Pipeline,
  left: { why: PipelineLeft; jobs: readonly string[]; summary?: string },
): Promise<Outcome> {
  await post(run, { what: 'left', url: urlOf(run, pipeline), ...left });
  return { kind: 'done', result: { what: 'pipeline-left', summary: left.why, ...pickPlace(run) } };
}

async function post({ mergeRequest, context, gitlab, deps }: UpdateRun, note: PipelineNote): Promise<void> {
  const { projectId, iid } = mergeRequest;
  const { runId } = context.run;
  const marker = { purpose: 'pipeline', scope: `${mergeRequestScope(projectId, iid)}~${runId}`, run: runId };
  const text = formatPipelineNote({ ...note, jobs: note.jobs.map(deps.maskWritten) });
  await upsertReportNote({ projectId, iid, marker, text }, { gitlab });
  await context.stage('reported', { pipeline: note.what });
}

function urlOf({ project }: UpdateRun, { id }: Pipeline): string {
  return `${project.webUrl}/-/pipelines/${id}`;
}
