import { mkdir } from 'node:fs/promises';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { branchOfIssue, listBranchesOfIssue } from '../../../shared/domain/mapping/branch-of-issue.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { ResolvedProject } from '../../../shared/services/projects/registry-entry.ts';
import { listRemoteRefs } from '../../git/list-remote-refs.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

export interface BranchChoice {
  issue: Pick<Issue, 'key' | 'details'>;
  binding: Pick<Binding, 'branchPrefix' | 'typeWords' | 'credentialRef'>;
  project: Pick<ResolvedProject, 'cloneUrl'>;
  /** The other runs of the issue, newest first. */
  others: readonly Pick<Run, 'result'>[];
}

/**
 * The branch an issue is worked on. Where its name has the word of a type, the one that is there already stays: people
 * change the type of an issue whose merge request is open, also between two attempts of a run. The remote is asked only
 * where there is a choice.
 * @throws {TaskError} of git.
 */
export async function chooseBranch(
  { issue, binding, project, others }: BranchChoice,
  deps: Pick<RunnerDeps, 'git' | 'credentialFor' | 'settings'>,
  signal: AbortSignal,
): Promise<string> {
  const named = branchOfIssue(binding, issue.key, issue.details?.type);
  const possible = listBranchesOfIssue(binding, issue.key);
  if (possible.length < 2) return named;
  const remote = { cloneUrl: project.cloneUrl, credential: await deps.credentialFor(binding.credentialRef) };
  // No workspace is there yet: git looks for its own settings in a directory that never has any.
  await mkdir(deps.settings.workspaceRoot, { recursive: true });
  const git = { ...deps.git, homeDirectory: deps.settings.workspaceRoot };
  const refs = await listRemoteRefs(git, remote, possible.map(toRef), signal);
  const present = possible.filter((branch) => refs.has(toRef(branch)));
  const worked = others.map(({ result }) => result?.branch).find((branch) => branch && present.includes(branch));
  return worked ?? (present.includes(named) ? named : (present[0] ?? named));
}

function toRef(branch: string): string {
  return `refs/heads/${branch}`;
}
