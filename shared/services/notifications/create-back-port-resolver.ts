import type { Binding } from '../../domain/mapping/binding.ts';
import type { MergeRequest } from '../../domain/ports/gitlab.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import { isFinal } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildBackPortTask, mergeRequestScope } from '../../domain/tasks/build-task.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';
import type { BackPortResolver } from './open-back-ports.ts';

export interface BackPortResolverDeps {
  ledger: Pick<RunLedger, 'listRecent'>;
  /** Turns a task into one run, however often it is seen. */
  admitTask: (task: Task) => Promise<unknown>;
}

/** A merge request that was merged is worked on seldom; those of before are older. */
const RUNS_LOOKED_AT = 50;

/**
 * Has one run for each release branch resolve what conflicts there, where the binding says so, however often and from
 * wherever it is asked. A run that ended without a merge request, or cannot be read, has left the conflict to people.
 */
export function createBackPortResolver(
  {
    mergeRequest: { projectId, iid, headSha },
    binding,
  }: {
    mergeRequest: Pick<MergeRequest, 'projectId' | 'iid' | 'headSha'>;
    binding: Pick<Binding, 'credentialRef' | 'image' | 'resolveBackPorts'>;
  },
  deps: BackPortResolverDeps,
): BackPortResolver {
  const { credentialRef, image } = binding;
  const build = (branch: string) =>
    buildBackPortTask({ projectId, mergeRequestIid: iid, headSha, branch, credentialRef, image });
  return {
    async find(branch) {
      const { id } = build(branch);
      const { runs, unreadable } = await listEarlierRuns(
        mergeRequestScope(projectId, iid),
        RUNS_LOOKED_AT,
        deps.ledger,
      );
      const own = runs.filter(({ task }) => task.id === id);
      if (own.some(({ state }) => !isFinal(state))) return 'under-way';
      const mayBeOwn = binding.resolveBackPorts && unreadable.length > 0;
      return own.length > 0 || mayBeOwn ? 'left' : 'none';
    },
    async begin(branch) {
      if (!binding.resolveBackPorts) return false;
      await deps.admitTask(build(branch));
      return true;
    },
  };
}
