import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { WaitingNote } from './waiting-note.ts';
import { withinLimits } from './within-limits.ts';

/**
 * Sessions on merge requests count against the limits of the binding that speaks for their repository; the merge
 * request says, in one note, while one of them has to wait. What needs no session is done without asking.
 */
export async function withinMergeRequestLimits<Run extends MergeRequestRun & { waiting: WaitingNote }>(
  active: Run,
  signal: AbortSignal,
  work: (limited: Run) => Promise<Outcome>,
): Promise<Outcome> {
  const { context, deps, binding, waiting } = active;
  const limited = { run: context.run, binding, notifyQueued: waiting.notify };
  return withinLimits(limited, deps, signal, async (metered) => {
    await waiting.retract();
    return work({ ...active, deps: { ...deps, ...metered } });
  });
}
