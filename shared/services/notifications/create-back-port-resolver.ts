import type { Binding } from '../../domain/mapping/binding.ts';
import type { MergeRequest } from '../../domain/ports/gitlab.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import { isFinal } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/runs/task.ts';
import { buildBackPortTask } from '../../domain/tasks/build-task.ts';
import { describeLeftBackPort, listBackPortRuns } from './back-port-runs.ts';
import type { BackPortResolver } from './open-back-ports.ts';

export interface BackPortResolverDeps {
  ledger: Pick<RunLedger, 'listRecent'>;
  /** Turns a task into one run, however often it is seen. */
  admitTask: (task: Task) => Promise<unknown>;
}

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
      const { runs, unreadable } = await listBackPortRuns({ projectId, iid }, deps);
      const own = runs.filter(({ task }) => task.id === id);
      if (own.some(({ state }) => !isFinal(state))) return { what: 'under-way' };
      const [newest] = own;
      if (newest?.result?.what === 'back-port-there-already') return { what: 'there-already' };
      if (newest) return { what: 'left', why: describeLeftBackPort(newest) };
      const mayBeOwn = binding.resolveBackPorts && unreadable.length > 0;
      return mayBeOwn ? { what: 'left', why: 'the record of its run cannot be read.' } : { what: 'none' };
    },
    async listBegun() {
      const { runs } = await listBackPortRuns({ projectId, iid }, deps);
      return [...new Set(runs.map(({ branch }) => branch))];
    },
    async begin(branch) {
      if (!binding.resolveBackPorts) return false;
      await deps.admitTask(build(branch));
      return true;
    },
  };
}
