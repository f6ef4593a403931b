import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { MergeRequestOrder } from '../run/merge-request-order.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { WaitingNote } from './waiting-note.ts';
import { withinLimits } from './within-limits.ts';

/**
 * Sessions on merge requests count against the limits of the binding that speaks for their repository; the merge request says, in one
 * note, while one of them has to wait. What needs no session is done without asking.
 */
export async function withinMergeRequestLimits(
  { order, waiting }: { order: Pick<MergeRequestOrder, 'binding'>; waiting: WaitingNote },
  { run }: Pick<RunContext, 'run'>,
  deps: RunnerDeps,
  signal: AbortSignal,
  work: (deps: RunnerDeps) => Promise<Outcome>,
): Promise<Outcome> {
  const limited = { run, binding: order.binding, notifyQueued: waiting.notify };
  return withinLimits(limited, deps, signal, async (metered) => {
    await waiting.retract();
    return work({ ...deps, ...metered });
  });
}
