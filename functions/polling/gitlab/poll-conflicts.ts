import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Branch, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { admitTargetMerge, type TargetMergeDeps } from '../../ingest/gitlab/admit-target-merge.ts';
import { lookAtRepositories, type NotLookedAt } from './look-at-repositories.ts';
import type { PollGroup } from './poll-groups.ts';

export interface ConflictPoll {
  group: PollGroup;
  /** Of the whole map. */
  bindings: readonly Binding[];
  gitlab: Pick<GitLab, 'getCurrentUser' | 'listOpenMergeRequestsBy' | 'findBranch'>;
}

export interface PolledConflicts extends NotLookedAt {
  /** For the log line; absent where no binding of the group wants them. */
  counts: { conflicts?: number; merges?: number };
}

/**
 * Looks for open merge requests of the agent with a conflict, where bindings want the target branch merged: one list
 * for each of their repositories. A commit on the target branch moves no merge request, so that no list of what changed
 * shows this.
 * @throws {TaskError} what `lookAtRepositories` throws; the next poll looks again.
 */
export async function pollConflicts(
  { group, bindings, gitlab }: ConflictPoll,
  deps: TargetMergeDeps & { log: Log },
): Promise<PolledConflicts> {
  const wanted = [...group.bindings].filter(([, { mergeTarget }]) => mergeTarget === 'on');
  if (wanted.length === 0) return { counts: {}, refused: [], missed: false };
  const self = await gitlab.getCurrentUser();
  const counts = { conflicts: 0, merges: 0 };
  const look = async (projectId: number, binding: Binding) => {
    const all = await gitlab.listOpenMergeRequestsBy(projectId, self.id);
    const conflicting = all.filter(({ hasConflicts }) => hasConflicts);
    const place = { binding, bindings, self, gitlab: rememberBranches(gitlab) };
    counts.conflicts += conflicting.length;
    for (const mergeRequest of conflicting) {
      const admission = await admitTargetMerge(mergeRequest, place, deps);
      if (admission?.kind === 'admitted') counts.merges += 1;
    }
  };
  return { counts, ...(await lookAtRepositories(wanted, look, deps)) };
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
