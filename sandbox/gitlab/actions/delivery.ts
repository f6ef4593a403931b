import type { FakeState, SandboxPipeline, SandboxProject, SandboxUser } from '../state/fake-state.ts';

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
}

export interface PersonalDeployment {
  environment: string;
  ref: string;
  /** The head of the branch unless given. */
  sha?: string;
  /** `success` unless given. */
  status?: string;
}

/** Adds a pipeline that is over. @throws {Error} when a test names a branch that does not exist. */
export function runPipeline(state: FakeState, project: SandboxProject, pipeline: PersonalPipeline): SandboxPipeline {
  const { ref, status = 'success', warnings = false, source = 'push' } = pipeline;
  const sha = pipeline.sha ?? headOf(project, ref);
  const made = { id: state.nextId(), sha, ref, status, warnings, source, createdAt: state.clock.now() };
  project.pipelines.push(made);
  return made;
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
