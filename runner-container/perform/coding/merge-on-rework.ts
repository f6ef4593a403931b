import type { TargetMergeNote } from '../../../shared/domain/messages/format-target-merge.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { isAncestor } from '../../git/fetch-commits.ts';
import { readHeads } from '../../git/push-branch.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { Refusal } from '../delivery/refusal.ts';
import { deliverMerge } from '../merge/deliver-merge.ts';
import { type MergeCommit, mergeTargetBranch, type TargetMergeRequest } from '../merge/merge-target-branch.ts';
import { postMergeNote } from '../merge/post-merge-note.ts';
import { runMergeAgent } from '../merge/run-merge-agent.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/** What rework begins on. */
export interface ReworkBase {
  open: OpenBranch;
  /** Lines for the report about the merge; none where there was nothing to merge. */
  remarks: string[];
  /**
   * Pushes the merge alone, where the session has changed nothing besides. Resolves to `undefined` where there is none,
   * or where it was left behind for what people pushed.
   * @throws what `deliverMerge` does
   */
  deliverAlone(signal: AbortSignal): Promise<{ sha: string; checks: string[] } | undefined>;
  /** To be called with the commit that was pushed: says on the merge request which conflicts are resolved in it. */
  report(sha: string, signal: AbortSignal): Promise<void>;
}

interface Tools {
  workspace: Workspace;
  gitlab: GitLab;
  /** The newest merge request of the branch. */
  newest: MergeRequest | undefined;
}

/**
 * Merges the target branch into the branch of rework, where the binding wants it: the session works on the merge, and
 * both are validated and pushed together. A conflict that is not resolved is told on the merge request, and keeps no
 * rework from being done on the branch as it is.
 * @throws {AgentFailure}
 */
export async function mergeOnRework(
  coding: CodingRun,
  open: OpenBranch,
  { workspace, gitlab, newest }: Tools,
  signal: AbortSignal,
): Promise<ReworkBase> {
  const { binding, branch, context, deps, issue } = coding;
  const { work, repository } = open;
  const nothing: ReworkBase = { open, remarks: [], deliverAlone: async () => undefined, report: async () => {} };
  const { targetBranch } = binding;
  // People may have sent the merge request elsewhere: then this is not what it has to fit.
  const isSentElsewhere = newest?.state === 'opened' && newest.targetBranch !== targetBranch;
  if (binding.mergeTarget === 'off' || !work.reused || isSentElsewhere) return nothing;

  const { targetSha } = work;
  const session = { binding, context, deps, repository, workspace, sourceBranch: branch, targetBranch };
  const request: TargetMergeRequest = {
    ...session,
    targetSha,
    branch,
    describe: { runId: context.run.runId, issueKey: issue.key },
    resolve: (conflict) => runMergeAgent(session, conflict, signal),
  };
  const say = async (note: TargetMergeNote) => {
    if (newest?.state === 'opened') await postMergeNote(newest, note, context.run, gitlab);
  };
  const merged = await mergeTargetBranch(request, signal).catch(orRefused);
  switch (merged.kind) {
    case 'up-to-date':
      return nothing;
    case 'refused':
      context.log.warn('merge of the target branch refused', { error: merged.refusal });
      return { ...nothing, remarks: [describeRefused(targetBranch)] };
    case 'unresolved':
      await say({ what: 'unresolved', targetBranch, files: merged.files, why: merged.why });
      return { ...nothing, remarks: [describeUnresolved(targetBranch, merged.files)] };
    case 'merged':
      return {
        open: { ...open, work: { ...work, headSha: merged.sha, baseSha: targetSha } },
        remarks: [describeMerged(targetBranch, merged)],
        async deliverAlone(aborted) {
          const { sha } = merged;
          if ((await readHeads(repository, aborted)).headSha !== sha) return undefined;
          return { sha, checks: await deliverMerge(request, merged, aborted) };
        },
        async report(sha, aborted) {
          const { resolved, summary } = merged;
          // Where people pushed meanwhile, the change stands on their commits, and the merge was left behind.
          if (resolved.length === 0 || !(await isAncestor(repository, merged.sha, sha, aborted))) return;
          await say({ what: 'merged', targetBranch, commitSha: merged.sha, resolved, summary });
        },
      };
  }
}

/** What the agent made of a conflict breaks a rule: the branch is as it was. */
function orRefused(error: unknown): { kind: 'refused'; refusal: Refusal } {
  if (error instanceof Refusal) return { kind: 'refused', refusal: error };
  throw error;
}

const MAX_NAMED = 10;

function describeMerged(targetBranch: string, { resolved }: MergeCommit): string {
  const conflicts = resolved.length === 0 ? '' : `, with conflicts in ${listFiles(resolved)} that the agent resolved`;
  return `${codeSpan(targetBranch)} was merged into the branch${conflicts}`;
}

function describeUnresolved(targetBranch: string, files: readonly string[]): string {
  return `${codeSpan(targetBranch)} was not merged into the branch: a person has to resolve the conflicts in ${listFiles(files)}`;
}

function describeRefused(targetBranch: string): string {
  return `${codeSpan(targetBranch)} was not merged into the branch: the checks refused how the agent resolved a conflict`;
}

function listFiles(files: readonly string[]): string {
  return nameSome(files.map(codeSpan), MAX_NAMED);
}
