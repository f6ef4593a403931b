import type { TargetMergeNote } from '../../../shared/domain/messages/format-target-merge.ts';
import type { Repository } from '../../git/git.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import { holdToPaths } from '../run/hold-to-paths.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { deliverMerge } from './deliver-merge.ts';
import { mergeTargetBranch, type TargetMergeRequest } from './merge-target-branch.ts';
import { runMergeAgent } from './run-merge-agent.ts';

/** The clone stands on the source branch as GitLab has it. */
export interface SourceTree {
  repository: Repository;
  targetSha: string;
  /** As in `TargetMergeRequest`. */
  assertWanted?: TargetMergeRequest['assertWanted'];
}

/**
 * Merges the target branch into the source branch of a merge request and pushes the merge. Resolves with what became of
 * it, for people.
 * @throws what `mergeTargetBranch`, `runMergeAgent` and `deliverMerge` do
 */
export async function mergeSourceBranch(
  given: MergeRequestRun,
  { repository, targetSha, assertWanted }: SourceTree,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<TargetMergeNote> {
  const run = await holdToPaths(given);
  const { binding, context, deps, mergeRequest } = run;
  const { sourceBranch, targetBranch } = mergeRequest;
  const session = { binding, context, deps, repository, workspace, sourceBranch, targetBranch };
  const request: TargetMergeRequest = {
    context,
    deps,
    repository,
    workspace,
    binding,
    targetSha,
    branch: sourceBranch,
    targetBranch,
    assertWanted,
    describe: { runId: context.run.runId, issueKey: findIssueKey(run) },
    resolve: (conflict) => runMergeAgent(session, conflict, signal),
  };
  const merged = await mergeTargetBranch(request, signal);
  switch (merged.kind) {
    case 'up-to-date':
      return { what: 'up-to-date', targetBranch };
    case 'unresolved':
      return { what: 'unresolved', targetBranch, files: merged.files, why: merged.why };
    case 'merged': {
      await deliverMerge(request, merged, signal);
      const { sha, resolved, summary } = merged;
      await context.stage('pushed', { sha });
      return { what: 'merged', targetBranch, commitSha: sha, resolved, summary };
    }
  }
}
