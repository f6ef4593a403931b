import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Branch, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { isHiddenByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import { admitTargetMerge, type TargetMergeDeps } from '../../ingest/gitlab/admit-target-merge.ts';
import type { PollGroup } from './poll-groups.ts';

export interface ConflictPoll {
  group: PollGroup;
  /** Of the whole map. */
  bindings: readonly Binding[];
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listOpenMergeRequestsBy' | 'findBranch'>;
}

export interface PolledConflicts {
  /** For the log line; absent where no binding of the group wants them. */
  counts: { conflicts?: number; merges?: number };
  /** Repositories GitLab does not let us list, by path. */
  refused: string[];
}

/**
 * Looks for open merge requests of the agent with a conflict, where bindings want the target branch merged: one list
 * for each of their repositories. A commit on the target branch moves no merge request, so that no list of what changed
 * shows this.
 * @throws {TaskError} `gitlab-*`, `storage-*`; the next poll looks again.
 */
export async function pollConflicts(
  { group, bindings, gitlab }: ConflictPoll,
  deps: TargetMergeDeps,
): Promise<PolledConflicts> {
  const wanted = [...group.bindings].filter(([, { mergeTarget }]) => mergeTarget === 'on');
  if (wanted.length === 0) return { counts: {}, refused: [] };
  const self = await gitlab.getCurrentUser();
  const polled = { counts: { conflicts: 0, merges: 0 }, refused: [] as string[] };
  for (const [projectId, binding] of wanted) {
    try {
      const all = await gitlab.listOpenMergeRequestsBy(projectId, self.id);
      const conflicting = all.filter(({ hasConflicts }) => hasConflicts);
      const place = { binding, bindings, self, gitlab: rememberBranches(gitlab) };
      polled.counts.conflicts += conflicting.length;
      for (const mergeRequest of conflicting) {
        const admission = await admitTargetMerge(mergeRequest, place, deps);
        if (admission?.kind === 'admitted') polled.counts.merges += 1;
      }
    } catch (error) {
      if (!isHiddenByGitLab(error)) throw error;
      polled.refused.push(binding.repo);
    }
  }
  return polled;
}

/** Merge requests of one repository go to few branches. */
function rememberBranches(gitlab: Pick<GitLab, 'findBranch'>): Pick<GitLab, 'findBranch'> {
  const known = new Map<string, Promise<Branch | undefined>>();
  return {
    findBranch(projectId, name) {
      const found = known.get(name) ?? gitlab.findBranch(projectId, name);
      known.set(name, found);
      return found;
    },
  };
}
