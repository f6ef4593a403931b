import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, GitLabUser, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { ReplyTask, ReviewTask } from '../../../shared/domain/runs/task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { ResolvedProject } from '../../../shared/services/projects/registry-entry.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** What a review or a reply is about, read anew: the task itself is only a pointer. */
export interface MergeRequestOrder {
  binding: Binding;
  project: ResolvedProject;
  /** Through the binding's credential. */
  gitlab: GitLab;
  /** The agent's own user there. */
  self: GitLabUser;
  mergeRequest: MergeRequest;
  scope: string;
}

/** @throws {TaskError} `binding-unknown`, `binding-quarantined`, `gitlab-*`. */
export async function readMergeRequestOrder(
  task: ReviewTask | ReplyTask,
  deps: Pick<RunnerDeps, 'mapping' | 'gitlabFor'>,
): Promise<MergeRequestOrder> {
  const { registry } = await deps.mapping();
  const entry = await registry.byProjectId(task.projectId);
  if (!entry) throw new TaskError('binding-unknown', { detail: `GitLab project ${task.projectId}` });
  if (entry.state === 'quarantined') throw new TaskError('binding-quarantined', { detail: entry.quarantine.hint });

  const { binding, project } = entry;
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const [self, mergeRequest] = await Promise.all([
    gitlab.getCurrentUser(),
    gitlab.getMergeRequest(task.projectId, task.mergeRequestIid),
  ]);
  return { binding, project, gitlab, self, mergeRequest, scope: task.scope };
}
