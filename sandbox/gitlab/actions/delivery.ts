import { ApiError } from '../http/api-error.ts';
import type { FakeState, SandboxJob, SandboxPipeline, SandboxProject, SandboxUser } from '../state/fake-state.ts';

export interface PersonalPipeline {
  /** Branch it runs for. */
  ref: string;
  /** The head of the branch unless given. */
  sha?: string;
  /** `success` unless given. */
  status?: string;
  /** Jobs failed that were allowed to. */
  warnings?: boolean;
  /** `push` unless given. */
  source?: string;
  /** Of a merged result: the head it was made for. */
  sourceSha?: string;
  /** Of a child: the pipeline that started it, and the job that did. */
  parent?: { id: number; job: string };
  jobs?: PersonalJob[];
  failedTests?: SandboxPipeline['failedTests'];
}

export interface PersonalJob {
  name: string;
  /** `failed` unless given. */
  status?: string;
  stage?: string;
  allowFailure?: boolean;
  /** A person starts it. */
  manual?: boolean;
  failureReason?: string;
  log?: string;
}

export interface PersonalDeployment {
  environment: string;
  ref: string;
  /** The head of the branch unless given. */
  sha?: string;
  /** `success` unless given. */
  status?: string;
}

/** Adds a pipeline that is over, and sends its hook. @throws {Error} when a test names a branch that does not exist. */
export function runPipeline(
  state: FakeState,
  project: SandboxProject,
  pipeline: PersonalPipeline,
  actor: SandboxUser,
): SandboxPipeline {
  const { ref, status = 'success', warnings = false, source = 'push', jobs = [], failedTests = [] } = pipeline;
  const { parent, sourceSha } = pipeline;
  const now = state.clock.now();
  const made: SandboxPipeline = {
    id: state.nextId(),
    sha: pipeline.sha ?? headOf(project, ref),
    ref,
    status,
    warnings,
    source,
    createdAt: now,
    updatedAt: now,
    ...(sourceSha === undefined ? {} : { sourceSha }),
    ...(parent === undefined ? {} : { parent }),
    jobs: jobs.map((job) => toJob(state, job)),
    failedTests,
  };
  project.pipelines.push(made);
  state.announce({ kind: 'pipeline', project, pipeline: made, actor });
  return made;
}

function toJob(
  state: FakeState,
  {
    name,
    status = 'failed',
    stage = 'test',
    allowFailure = false,
    manual = false,
    failureReason,
    log = '',
  }: PersonalJob,
): SandboxJob {
  const reason = failureReason === undefined ? {} : { failureReason };
  return { id: state.nextId(), name, stage, status, allowFailure, manual, ...reason, log, retried: false };
}

/** Starts a job once more in its pipeline, which is under way then. @throws {ApiError} 403 for one that is not over */
export function retryJob(
  state: FakeState,
  { project, pipeline, job }: { project: SandboxProject; pipeline: SandboxPipeline; job: SandboxJob },
  actor: SandboxUser,
): SandboxJob {
  if (job.retried || !['failed', 'success', 'canceled'].includes(job.status))
    throw new ApiError(403, { message: '403 Forbidden - Job is not retryable' });
  job.retried = true;
  const { name, stage, allowFailure, manual } = job;
  const again = toJob(state, { name, stage, allowFailure, manual, status: 'pending' });
  pipeline.jobs.push(again);
  Object.assign(pipeline, { status: 'running', updatedAt: state.clock.now() });
  state.announce({ kind: 'pipeline', project, pipeline, actor });
  return again;
}

/** Ends the jobs that are under way, all the same way, and so the pipeline. */
export function finishPipeline(
  state: FakeState,
  project: SandboxProject,
  { id, status, log = '' }: { id: number; status: 'failed' | 'success'; log?: string },
  actor: SandboxUser,
): void {
  const pipeline = project.pipelines.find((each) => each.id === id);
  if (!pipeline) throw new Error(`${project.path} has no pipeline ${id}`);
  for (const job of pipeline.jobs) if (job.status === 'pending') Object.assign(job, { status, log });
  const isRed = pipeline.jobs.some((job) => !job.retried && job.status === 'failed' && !job.allowFailure);
  Object.assign(pipeline, { status: isRed ? 'failed' : 'success', updatedAt: state.clock.now() });
  state.announce({ kind: 'pipeline', project, pipeline, actor });
}

/** Adds a deployment that is over. @throws {Error} when a test names a branch that does not exist. */
export function deploy(
  state: FakeState,
  project: SandboxProject,
  { environment, ref, status = 'success', ...given }: PersonalDeployment,
  user: SandboxUser,
): void {
  const sha = given.sha ?? headOf(project, ref);
  project.deployments.push({ id: state.nextId(), environment, sha, ref, status, user, createdAt: state.clock.now() });
}

function headOf({ repository, path }: SandboxProject, branch: string): string {
  const sha = repository.branches.get(branch);
  if (!sha) throw new Error(`${path} has no branch ${branch}`);
  return sha;
}
