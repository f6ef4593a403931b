import type { TargetMergeNote } from '../../../shared/domain/messages/format-target-merge.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { mergeSourceBranch } from '../merge/merge-source-branch.ts';
import { toMergeResult } from '../merge/to-merge-result.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import { openReplyTree } from './open-reply-tree.ts';
import { postReply } from './post-reply.ts';
import type { ReplyRequest } from './reply-request.ts';

/**
 * Merges the target branch into the source branch because a person asked for it, and answers in the thread. Nothing is
 * rebased, for that would rewrite commits of people; the word is what GitLab calls the button.
 * @throws {TaskError} `branch-gone`, `change-refused`, `validation-failed`, `push-rejected`, ...
 */
export async function rebase(request: ReplyRequest, signal: AbortSignal): Promise<Outcome> {
  const { context, deps, mergeRequest } = request;
  const { targetBranch } = mergeRequest;
  return withRunWorkspace(deps, async (workspace) => {
    const tree = await openReplyTree(request, { mayChange: true }, workspace, signal);
    if (!tree) throw new TaskError('branch-gone');
    context.note({ baseSha: tree.headSha });
    await context.stage('cloned', { head: tree.headSha, mayChange: true });
    const { ownCommit } = tree;
    // An earlier attempt has pushed the merge and did not live to say so; what the agent said is in its message.
    if (ownCommit) return answer(request, { what: 'merged', targetBranch, commitSha: ownCommit.sha });
    return withinMergeRequestLimits(request, signal, async (run) => {
      try {
        const merge = await mergeSourceBranch(run, tree, workspace, signal);
        signal.throwIfAborted();
        return await answer(run, merge);
      } catch (error) {
        if (!(error instanceof TaskError) || error.code !== 'branch-moved' || signal.aborted) throw error;
        return postReply(run, { kind: 'branch-moved', branch: mergeRequest.sourceBranch });
      }
    });
  });
}

function answer(request: ReplyRequest, merge: TargetMergeNote): Promise<Outcome> {
  return postReply(request, { kind: 'target-merge', merge }, toMergeResult(merge, request.mergeRequest));
}
