import { isTransient } from '../../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../../shared/kernel/retry.ts';
import type { Repository } from '../../git/git.ts';
import { type PushResult, pushBranch } from '../../git/push-branch.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/**
 * `pushBranch`, again where the failure may pass: another attempt of the run would have the agent do its work again. A
 * branch that moved is not waited for.
 * @throws what `pushBranch` does
 */
export async function pushWithRetry(
  { repository, branch, deps }: { repository: Repository; branch: string; deps: Pick<RunnerDeps, 'clock'> },
  signal: AbortSignal,
): Promise<PushResult> {
  const policy = { policy: RETRY.push, clock: deps.clock, isTransient: mayPass };
  return retry(() => pushBranch(repository, branch, signal), policy, signal);
}

function mayPass(error: unknown): boolean {
  return isTransient(error) && error.code !== 'branch-moved';
}
