import { readMarkedCounts } from '../../../shared/domain/criteria/criteria-event.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { isNothingNew } from './plan-start.ts';

/**
 * An attempt that finds its review posted ends with what the earlier one has marked of that head: what is done about
 * the ticket goes by the result of the run.
 */
export async function keepMarks(
  outcome: Outcome,
  reviewedHead: string | undefined,
  { context, deps, binding }: Pick<MergeRequestRun, 'context' | 'deps' | 'binding'>,
): Promise<Outcome> {
  if (outcome.kind !== 'done' || !isNothingNew(outcome) || !hasBegunBefore(context.run)) return outcome;
  if (binding.mode !== 'live') return outcome;
  const marked = readMarkedCounts(await deps.listRunEvents(context.run.runId));
  return marked?.headSha === reviewedHead ? { kind: 'done', result: { ...outcome.result, ...marked } } : outcome;
}
