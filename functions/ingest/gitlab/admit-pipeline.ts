import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLabUser, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import { planPipelineRepair } from '../../../shared/domain/tasks/plan-pipeline-repair.ts';
import { planReady } from '../../../shared/domain/tasks/plan-ready.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import { traceOf } from '../trace-of.ts';
import type { TargetMergeDeps } from './admit-target-merge.ts';

export interface PipelinePlace {
  /** The one that speaks for the repository. */
  binding: Binding;
  /** Of the whole map. */
  bindings: readonly Binding[];
  self: Pick<GitLabUser, 'id'>;
}

/**
 * Admits the repair of a failed pipeline of a merge request; `undefined` where there is nothing to do.
 * @throws {TaskError} `storage-*`; the next poll sees the pipeline again.
 */
export async function admitPipeline(
  pipeline: Pick<Pipeline, 'id' | 'sha' | 'ref'>,
  mergeRequest: MergeRequest,
  { binding, bindings, self }: PipelinePlace,
  deps: Pick<TargetMergeDeps, 'admit' | 'traceparent'>,
): Promise<Admission | undefined> {
  const plan = planPipelineRepair(pipeline, mergeRequest, binding, { self, bindings, ...traceOf(deps) });
  return plan.action === 'skip' ? undefined : deps.admit(plan.task);
}

/**
 * Admits that a merge request is taken out of draft because a pipeline of it has passed; `undefined` where there is
 * nothing to do.
 * @throws {TaskError} `storage-*`; the next polls see the pipeline again.
 */
export async function admitReady(
  pipeline: Pick<Pipeline, 'id' | 'sha' | 'ref'>,
  mergeRequest: MergeRequest,
  { binding, bindings, self }: PipelinePlace,
  deps: Pick<TargetMergeDeps, 'admit' | 'traceparent'>,
): Promise<Admission | undefined> {
  const plan = planReady(pipeline, mergeRequest, binding, { self, bindings, ...traceOf(deps) });
  return plan.action === 'skip' ? undefined : deps.admit(plan.task);
}
