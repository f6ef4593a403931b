import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, GitLabUser, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { ReplyTask, ReviewTask, UpdateTask } from '../../../shared/domain/runs/task.ts';
import type { ResolvedProject } from '../../../shared/services/projects/registry-entry.ts';
import type { ActiveRun } from './active-run.ts';
import { noteLabels } from './note-labels.ts';
import { getReadyEntry } from './ready-entry.ts';

/** What a review, a reply or an update is about, read anew: the task itself is only a pointer. */
export interface MergeRequestInput {
  /** The one that speaks for the repository's merge requests. */
  binding: Binding;
  /**
   * All of the repository, in the order of the map, because its branches and titles may name tickets of each. One that
   * is quarantined is known by its path only.
   */
  bindings: readonly Binding[];
  project: ResolvedProject;
  /** Through the binding's credential. */
  gitlab: GitLab;
  /** The agent's own user there. */
  self: GitLabUser;
  mergeRequest: MergeRequest;
  scope: string;
}

/** A run on a merge request, carried through `review/`, `reply/` and `update/`. */
export type MergeRequestRun<Kind extends MergeRequestTask = MergeRequestTask> = ActiveRun<Kind> & MergeRequestInput;

type MergeRequestTask = ReviewTask | ReplyTask | UpdateTask;

/** @throws what `getReadyEntry` does; {TaskError} `gitlab-*`. */
export async function readMergeRequestRun<Kind extends MergeRequestTask>(
  run: ActiveRun<Kind>,
): Promise<MergeRequestRun<Kind>> {
  const { task, deps } = run;
  const { registry, generation } = await deps.mapping();
  if (generation !== undefined) run.context.note({ mapGeneration: generation });
  const found = await registry.byProjectId(task.projectId);
  const entry = getReadyEntry(found, `GitLab project ${task.projectId}`, deps);

  const { project } = entry;
  const gitlab = await deps.gitlabFor(entry.binding.credentialRef);
  const [self, mergeRequest] = await Promise.all([
    gitlab.getCurrentUser(),
    gitlab.getMergeRequest(task.projectId, task.mergeRequestIid),
  ]);
  const binding = noteLabels(entry.binding, mergeRequest.labels, run.context);
  const entries = await registry.listOfProject(task.projectId);
  const bindings = entries.map((one) => one.binding);
  return { ...run, binding, bindings, project, gitlab, self, mergeRequest, scope: task.scope };
}
