import type { PipelineEvent } from '../../../shared/adapters/gitlab/events.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import { admitPipeline, admitReady } from '../../ingest/gitlab/admit-pipeline.ts';
import type { TargetMergeDeps } from '../../ingest/gitlab/admit-target-merge.ts';

export interface PipelineHookPlace {
  binding: Binding;
  bindings: readonly Binding[];
  gitlab: Pick<GitLab, 'getCurrentUser' | 'findMergeRequest' | 'findOpenMergeRequest'>;
}

/**
 * Admits the repair of a pipeline that a delivery says has failed, and what follows one that has passed. Most
 * deliveries are of other statuses and branches: GitLab is asked only for what may be ours. A child pipeline belongs to
 * the one that started it.
 */
export async function handlePipeline(
  event: PipelineEvent,
  { binding, bindings, gitlab }: PipelineHookPlace,
  deps: TargetMergeDeps,
): Promise<Admission | { skipped: string }> {
  const admits = ADMITS[event.status];
  const isReadied = binding.mergeRequest.ready !== undefined;
  if (binding.repairPipelines === 'off' && !isReadied) return { skipped: 'unsupported-event' };
  const isWanted = event.status === 'failed' ? binding.repairPipelines === 'on' : isReadied;
  if (!admits || !isWanted || event.source === 'parent_pipeline' || event.isTag) return { skipped: 'not-failed' };
  if (!findTicketOfBranch(event.sourceBranch, bindings)) return { skipped: 'not-our-branch' };
  const { projectId, mergeRequestIid: iid, pipelineId: id, sha, ref } = event;
  const [self, mergeRequest] = await Promise.all([
    gitlab.getCurrentUser(),
    iid === undefined
      ? gitlab.findOpenMergeRequest(projectId, event.sourceBranch)
      : gitlab.findMergeRequest(projectId, iid),
  ]);
  const admission = mergeRequest && (await admits({ id, sha, ref }, mergeRequest, { binding, bindings, self }, deps));
  return admission ?? { skipped: 'not-own' };
}

/** By GitLab's word for how a pipeline ended. */
const ADMITS: Readonly<Record<string, typeof admitPipeline>> = { failed: admitPipeline, success: admitReady };
