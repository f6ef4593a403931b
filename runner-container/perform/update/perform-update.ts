import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { UpdateTask } from '../../../shared/domain/runs/task.ts';
import { findTargetMergeObstacle } from '../../../shared/domain/tasks/plan-target-merge.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneTarget } from '../checkout/checkout-merge-request.ts';
import { createWaitingNote, endWaiting } from '../limits/waiting-note.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { mergeSourceBranch } from '../merge/merge-source-branch.ts';
import { postMergeNote } from '../merge/post-merge-note.ts';
import { toMergeResult } from '../merge/to-merge-result.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { readMergeRequestRun } from '../run/merge-request-run.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { findPushed } from './find-pushed.ts';
import { fixFindings } from './fix-findings.ts';
import { findActOfPeople, orGiveWay } from './give-way.ts';
import { makeReady } from './make-ready.ts';
import { repairPipeline } from './repair-pipeline.ts';
import { takeOver } from './take-over.ts';
import { pickPlace, type UpdateRun } from './update-run.ts';
import { wasTriedBefore } from './was-tried-before.ts';

/**
 * Works on a merge request of the agent for which no person has asked: nothing is done where anything has changed since
 * the task was planned. A push is found again, so a run may be killed anywhere and performed again.
 */
export async function performUpdate(active: ActiveRun<UpdateTask>, signal: AbortSignal): Promise<Outcome> {
  const run = await readMergeRequestRun(active);
  // Admitted before the binding was put in shadow.
  if (run.binding.mode !== 'live') return { kind: 'superseded', reason: 'shadow' };
  const { gitlab, mergeRequest, context, deps, task } = run;
  const notes = await gitlab.listNotes(mergeRequest.projectId, mergeRequest.iid);
  const waiting = createWaitingNote(run, notes, context.run);
  const { cause } = task;
  return endWaiting(waiting, deps, signal, () => {
    switch (cause.kind) {
      case 'pipeline':
        return repairPipeline({ ...run, waiting }, cause.pipelineId, signal);
      case 'green':
        return makeReady({ ...run, waiting }, { pipelineId: cause.pipelineId, notes });
      case 'findings':
        return fixFindings({ ...run, waiting }, signal);
      case 'back-port':
        return takeOver({ ...run, waiting }, cause.branch, signal);
      default:
        return mergeConflicting({ ...run, waiting }, signal);
    }
  });
}

/**
 * Merges the target branch into a merge request with which GitLab found a conflict. One head is tried once: what the
 * agent has left goes to people.
 */
async function mergeConflicting(run: UpdateRun, signal: AbortSignal): Promise<Outcome> {
  const pushed = await findPushed(run, signal);
  if (pushed !== undefined) return reportPushed(run, pushed);
  const reason = findReason(run) ?? (await wasTriedBefore(run));
  if (reason !== undefined) return { kind: 'superseded', reason };
  return withinMergeRequestLimits(run, signal, (limited) => update(limited, signal));
}

/** What has changed since the task was planned: a newer head has a task of its own. */
function findReason({ task, mergeRequest, binding, bindings, self }: UpdateRun): string | undefined {
  if (mergeRequest.headSha !== task.headSha) return 'newer-head';
  // GitLab forgets what it found whenever one of the branches moves, and git knows better.
  const found = { ...mergeRequest, hasConflicts: true as const };
  return findTargetMergeObstacle(found, binding, { self, bindings });
}

async function update(run: UpdateRun, signal: AbortSignal): Promise<Outcome> {
  const { mergeRequest, context, deps, gitlab, task } = run;
  return withRunWorkspace(deps, async (workspace) => {
    const { repository, targetSha } = await cloneTarget(run, { workspace, isForEditing: true }, signal);
    const work = await checkoutWorkBranch(repository, { branch: mergeRequest.sourceBranch }, signal);
    if (!work.reused) return { kind: 'superseded', reason: 'branch-deleted' };
    if (work.headSha !== task.headSha) return { kind: 'superseded', reason: 'newer-head' };
    context.note({ baseSha: work.headSha });
    await context.stage('cloned', { head: work.headSha });
    try {
      const merge = await orGiveWay(
        () => findActOfPeople(run),
        (assertWanted) => mergeSourceBranch(run, { repository, targetSha, assertWanted }, workspace, signal),
      );
      signal.throwIfAborted();
      if (typeof merge === 'string') return { kind: 'superseded', reason: merge };
      if (merge.what === 'up-to-date') return { kind: 'superseded', reason: merge.what };
      // Where git needed no help, GitLab's own line about the new commits says it all.
      const isNews = merge.what === 'unresolved' || (merge.resolved ?? []).length > 0;
      if (isNews) await postMergeNote(mergeRequest, merge, context.run, gitlab);
      await context.stage('reported', { merge: merge.what });
      return { kind: 'done', result: { ...toMergeResult(merge, mergeRequest), ...pickPlace(run) } };
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'branch-moved' || signal.aborted) throw error;
      return { kind: 'superseded', reason: 'newer-head' };
    }
  });
}

/** An earlier attempt has pushed the merge, and may not have lived to say so; its message has what the agent did. */
async function reportPushed(run: UpdateRun, commitSha: string): Promise<Outcome> {
  const { mergeRequest, context, gitlab } = run;
  const { targetBranch } = mergeRequest;
  const merge = { what: 'merged', targetBranch, commitSha } as const;
  await postMergeNote(mergeRequest, merge, context.run, gitlab);
  await context.stage('reported', { merge: merge.what });
  return { kind: 'done', result: { ...toMergeResult(merge, mergeRequest), ...pickPlace(run) } };
}
