import type { MergeAttempt, UnresolvedReason } from '../../../shared/domain/messages/format-target-merge.ts';
import { createPathFence } from '../../../shared/domain/paths/create-path-fence.ts';
import { createPathMatcher } from '../../../shared/domain/paths/create-path-matcher.ts';
import { toChangePolicy } from '../../gate/change-policy.ts';
import { formatCommitMessage } from '../../git/commit-message.ts';
import { listChanges } from '../../git/list-changes.ts';
import {
  abortMerge,
  continueMerge,
  finishMerge,
  mergeTarget,
  pickChange,
  type TargetConflict,
} from '../../git/merge-target.ts';
import type { CheckRequest } from '../delivery/check-commit.ts';
import { buildMessage, type WorkToCommit } from '../delivery/commit-work.ts';
import type { DeliveryRequest } from '../delivery/deliver-commit.ts';
import { judgeChanges, judgeCommit } from '../delivery/judge-commit.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/** A clone that stands on the source branch, and what is merged into it. */
export interface TargetMergeRequest extends CheckRequest {
  context: Pick<RunContext, 'stage'>;
  deps: CheckRequest['deps'] & Pick<RunnerDeps, 'settings' | 'maskWritten'>;
  branch: string;
  targetBranch: string;
  describe: Pick<WorkToCommit, 'runId' | 'issueKey'>;
  /** Where a change is taken over instead of the target branch: its two ends, and what its commit says. */
  pick?: { base: string; sha: string; summary: string; from: readonly string[] };
  /** Asked right before the push: rejects where the merge gives way to people. Absent where it does not. */
  assertWanted?: DeliveryRequest['assertWanted'];
  /**
   * Has a conflict resolved in the work tree, once. Resolves with what was done, for people, and with the files that
   * are left to a person.
   */
  resolve(conflict: TargetConflict): Promise<MergeAttempt & { unresolved: readonly string[] }>;
}

export type MergedTarget =
  | { kind: 'up-to-date' }
  | MergeCommit
  /** HEAD and work tree are as they were before. */
  | { kind: 'unresolved'; files: string[]; why: UnresolvedReason; attempt?: MergeAttempt };

/** HEAD is this commit, which was pushed nowhere. */
export interface MergeCommit {
  kind: 'merged';
  sha: string;
  /** What the agent has made of the merge is what changed from this commit to the merge. */
  judgedFrom: string;
  /** Files that were in conflict, and what the agent says about them; empty where git needed no help. */
  resolved: string[];
  summary: string;
}

/**
 * Merges the target branch into HEAD, as a merge commit with the branch as its first parent, so that no commit of
 * people is rewritten. Git's own work needs no agent and is not judged: it is what stands on both branches. What an
 * agent made of a conflict is. A change that is picked becomes one commit on HEAD.
 * @throws {Refusal} `change-refused`; what `resolve` does. HEAD and work tree are as they were before, then.
 */
export async function mergeTargetBranch(request: TargetMergeRequest, signal: AbortSignal): Promise<MergedTarget> {
  const { context, deps, repository, targetSha, binding } = request;
  const { author } = deps.settings;
  const { pick } = request;
  const merge = pick
    ? await pickChange(repository, { base: pick.base, targetSha: pick.sha, author }, signal)
    : await mergeTarget(repository, { targetSha, author }, signal);
  switch (merge.kind) {
    case 'up-to-date':
      return merge;
    case 'unshowable':
      await context.stage('conflict', { files: merge.files.length });
      return { kind: 'unresolved', files: merge.files, why: 'unshowable' };
    case 'clean': {
      const sha = await finishMerge(repository, { ...merge, ...describeMerge(request, ''), author }, signal);
      return { kind: 'merged', sha, judgedFrom: sha, resolved: [], summary: '' };
    }
    case 'conflict': {
      await context.stage('conflict', { files: merge.files.length });
      try {
        const merged = await resolve(request, merge, signal);
        if (merged.kind === 'unresolved') await abortMerge(repository, merge, signal);
        else await judgeCommit(repository, { from: merged.judgedFrom, to: merged.sha, targetSha }, binding, signal);
        return merged;
      } catch (error) {
        if (!signal.aborted) await abortMerge(repository, merge, signal);
        throw error;
      }
    }
  }
}

type Resolved = Exclude<MergedTarget, { kind: 'up-to-date' }>;

async function resolve(request: TargetMergeRequest, conflict: TargetConflict, signal: AbortSignal): Promise<Resolved> {
  const { repository, binding, deps } = request;
  const paths = conflict.files.map(({ path }) => path);
  // The agent could resolve the others, and the merge would still be no merge.
  const policy = toChangePolicy(binding);
  const findProtection = createPathMatcher(policy.protectedPaths);
  const guarded = paths.filter((path) => findProtection(path) !== undefined);
  if (guarded.length > 0) return { kind: 'unresolved', files: guarded, why: 'protected' };
  const isInside = createPathFence(policy.paths);
  const outside = paths.filter((path) => !isInside(path));
  if (outside.length > 0) return { kind: 'unresolved', files: outside, why: 'outside-paths' };

  const { unresolved, ...attempt } = await request.resolve(conflict);
  const { summary } = attempt;
  if (unresolved.length > 0) return { kind: 'unresolved', files: pickKnown(unresolved, paths), why: 'left', attempt };
  judgeChanges(await listChanges(repository, signal), binding);
  const result = await continueMerge(repository, conflict, signal);
  if (result.kind === 'unresolved') return { kind: 'unresolved', files: result.files, why: 'left', attempt };
  const { author } = deps.settings;
  const commit = { ...conflict, tree: result.tree, ...describeMerge(request, summary), author };
  const sha = await finishMerge(repository, commit, signal);
  return { kind: 'merged', sha, judgedFrom: conflict.shownSha, resolved: paths, summary };
}

/** Names of the agent are shown to people only where they are files of the conflict. */
function pickKnown(named: readonly string[], paths: readonly string[]): string[] {
  const known = paths.filter((path) => named.includes(path));
  return known.length > 0 ? known : [...paths];
}

function describeMerge(
  { binding, branch, targetBranch, describe, deps, pick }: TargetMergeRequest,
  resolved: string,
): { message: string } {
  const summary = pick?.summary ?? `Merge branch '${targetBranch}' into '${branch}'`;
  const from = (pick?.from ?? []).map((sha) => `(cherry picked from commit ${sha})`);
  const body = [resolved, from.join('\n')].filter((text) => text !== '').join('\n\n');
  return { message: formatCommitMessage(buildMessage({ binding, ...describe, summary, body }, deps)) };
}
