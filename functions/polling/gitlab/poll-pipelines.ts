import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import { findMergeRequestOfRef } from '../../../shared/domain/tasks/plan-pipeline-repair.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { admitPipeline, admitReady } from '../../ingest/gitlab/admit-pipeline.ts';
import type { TargetMergeDeps } from '../../ingest/gitlab/admit-target-merge.ts';
import { lookAtRepositories, type NotLookedAt } from './look-at-repositories.ts';
import type { PollGroup } from './poll-groups.ts';

export interface PipelinePoll {
  group: PollGroup;
  /** Of the whole map. */
  bindings: readonly Binding[];
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listOpenMergeRequestsBy' | 'listFailedPipelines' | 'listPassedPipelines'>;
  /** Pipelines that have not changed since are history, or were seen by an earlier poll. */
  after: number;
}

export interface PolledPipelines extends NotLookedAt {
  /** For the log line; absent where no binding of the group wants them. */
  counts: { failedPipelines?: number; repairs?: number; passedPipelines?: number; readied?: number };
}

/**
 * A pipeline of seconds has passed before its merge request is open, and does not change any more: it is looked at once
 * more for as long. What was admitted before is not admitted again.
 */
const LOOK_BACK_MS = 10 * MINUTE;

/**
 * Looks for failed and passed pipelines of open merge requests of the agent, where bindings want something done about
 * them: a list of pipelines of each kind for each repository, and of merge requests only where there are some.
 * @throws {TaskError} what `lookAtRepositories` throws; the watermark stays, and the next poll looks again.
 */
export async function pollPipelines(
  { group, bindings, gitlab, after }: PipelinePoll,
  deps: Pick<TargetMergeDeps, 'admit' | 'traceparent'> & { log: Log },
): Promise<PolledPipelines> {
  const wanted = [...group.bindings].filter(([, binding]) => wantsFailed(binding) || wantsPassed(binding));
  const counts: PolledPipelines['counts'] = {};
  const count = (name: keyof PolledPipelines['counts'], found: number) => {
    counts[name] = (counts[name] ?? 0) + found;
  };
  const look = async (projectId: number, binding: Binding) => {
    const failed = wantsFailed(binding)
      ? await gitlab.listFailedPipelines(projectId, { updatedAfter: after })
      : undefined;
    const passed = wantsPassed(binding)
      ? await gitlab.listPassedPipelines(projectId, { updatedAfter: after - LOOK_BACK_MS })
      : undefined;
    if (failed) count('failedPipelines', failed.length);
    if (passed) count('passedPipelines', passed.length);
    if (!failed?.length && !passed?.length) return;
    const self = await gitlab.getCurrentUser();
    const open = await gitlab.listOpenMergeRequestsBy(projectId, self.id);
    const admitAll = async (
      pipelines: readonly Pipeline[],
      { admit, name }: { admit: typeof admitPipeline; name: keyof typeof counts },
    ) => {
      count(name, 0);
      for (const pipeline of pipelines) {
        const mergeRequest = findOf(pipeline, open);
        const place = { binding, bindings, self };
        const admission = mergeRequest && (await admit(pipeline, mergeRequest, place, deps));
        if (admission?.kind === 'admitted') count(name, 1);
      }
    };
    if (failed) await admitAll(failed, { admit: admitPipeline, name: 'repairs' });
    if (passed) await admitAll(passed, { admit: admitReady, name: 'readied' });
  };
  const { refused, missed } = await lookAtRepositories(wanted, look, deps);
  return { counts, refused, missed };
}

function wantsFailed({ repairPipelines }: Binding): boolean {
  return repairPipelines === 'on';
}

function wantsPassed({ mergeRequest }: Binding): boolean {
  return mergeRequest.ready !== undefined;
}

function findOf({ ref }: Pipeline, open: readonly MergeRequest[]): MergeRequest | undefined {
  const iid = findMergeRequestOfRef(ref);
  return open.find((mergeRequest) =>
    iid === undefined ? mergeRequest.sourceBranch === ref : mergeRequest.iid === iid,
  );
}
