import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import {
  findTargetMergeObstacle,
  type MergedMergeRequest,
  planTargetMerge,
} from '../../../shared/domain/tasks/plan-target-merge.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';
import { traceOf } from '../trace-of.ts';
import { recordSkip } from './record-skip.ts';

export interface TargetMergeDeps {
  admit: (task: Task, options?: Pick<AdmitOptions, 'isOver'>) => Promise<Admission>;
  skipLog: Pick<SkipLog, 'record'>;
  traceparent: () => string | undefined;
}

/** A merge request as GitLab lists or delivers it. */
export interface ConflictingMergeRequest extends MergedMergeRequest {
  targetBranch: string;
  /** Absent in a delivery, which may be an old one. */
  updatedAt?: number;
}

export interface TargetMergePlace {
  /** The one that speaks for the repository. */
  binding: Binding;
  /** Of the whole map. */
  bindings: readonly Binding[];
  self: Pick<GitLabUser, 'id'>;
  gitlab: Pick<GitLab, 'findBranch'>;
}

/**
 * Admits the merge of the target branch into a merge request with which GitLab found a conflict; `undefined` where
 * there is nothing to do. GitLab is asked for the target branch only where everything else speaks for it.
 * @throws {TaskError} `gitlab-*`, `storage-*`; the next poll sees the conflict again.
 */
export async function admitTargetMerge(
  mergeRequest: ConflictingMergeRequest,
  { binding, bindings, self, gitlab }: TargetMergePlace,
  deps: TargetMergeDeps,
): Promise<Admission | undefined> {
  if (findTargetMergeObstacle(mergeRequest, binding, { self, bindings })) return undefined;
  const { projectId, iid, targetBranch } = mergeRequest;
  const target = await gitlab.findBranch(projectId, targetBranch);
  if (!target) {
    await recordSkip({ projectId, mergeRequestIid: iid }, 'target-branch-gone', deps.skipLog);
    return undefined;
  }
  const plan = planTargetMerge(mergeRequest, binding, { self, bindings, targetSha: target.sha, ...traceOf(deps) });
  if (plan.action === 'skip') return undefined;
  return deps.admit(plan.task, { isOver: (ended) => isReopened(ended, mergeRequest) });
}

/** A merge request that was closed meanwhile and is open again, with both branches where they were. */
function isReopened({ detail, createdAt }: Run, { updatedAt = 0 }: ConflictingMergeRequest): boolean {
  return detail === 'closed' && updatedAt > createdAt;
}
