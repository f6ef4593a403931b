import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import { findMergeRequestOfRef } from '../../../shared/domain/tasks/plan-pipeline-repair.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { admitPipeline } from '../../ingest/gitlab/admit-pipeline.ts';
import type { TargetMergeDeps } from '../../ingest/gitlab/admit-target-merge.ts';
import { lookAtRepositories, type NotLookedAt } from './look-at-repositories.ts';
import type { PollGroup } from './poll-groups.ts';

export interface PipelinePoll {
  group: PollGroup;
  /** Of the whole map. */
  bindings: readonly Binding[];
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listOpenMergeRequestsBy' | 'listFailedPipelines'>;
  /** Pipelines that have not changed since are history, or were seen by an earlier poll. */
  after: number;
}

export interface PolledPipelines extends NotLookedAt {
  /** For the log line; absent where no binding of the group wants them. */
  counts: { failedPipelines?: number; repairs?: number };
}

/**
 * Looks for failed pipelines of open merge requests of the agent, where bindings want them repaired: a list of failed
 * pipelines for each repository, and of merge requests only where there are some.
 * @throws {TaskError} what `lookAtRepositories` throws; the watermark stays, and the next poll looks again.
 */
export async function pollPipelines(
  { group, bindings, gitlab, after }: PipelinePoll,
  deps: Pick<TargetMergeDeps, 'admit' | 'traceparent'> & { log: Log },
): Promise<PolledPipelines> {
  const wanted = [...group.bindings].filter(([, { repairPipelines }]) => repairPipelines === 'on');
  if (wanted.length === 0) return { counts: {}, refused: [], missed: false };
  const counts = { failedPipelines: 0, repairs: 0 };
  const look = async (projectId: number, binding: Binding) => {
    const failed = await gitlab.listFailedPipelines(projectId, { updatedAfter: after });
    counts.failedPipelines += failed.length;
    if (failed.length === 0) return;
    const self = await gitlab.getCurrentUser();
    const open = await gitlab.listOpenMergeRequestsBy(projectId, self.id);
    for (const pipeline of failed) {
      const mergeRequest = findOf(pipeline, open);
      const place = { binding, bindings, self };
      const admission = mergeRequest && (await admitPipeline(pipeline, mergeRequest, place, deps));
      if (admission?.kind === 'admitted') counts.repairs += 1;
    }
  };
  return { counts, ...(await lookAtRepositories(wanted, look, deps)) };
}

function findOf({ ref }: Pipeline, open: readonly MergeRequest[]): MergeRequest | undefined {
  const iid = findMergeRequestOfRef(ref);
  return open.find((mergeRequest) =>
    iid === undefined ? mergeRequest.sourceBranch === ref : mergeRequest.iid === iid,
  );
}
