import { findRefusedWork } from '../../../shared/domain/runs/refused-work.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * The commits that runs of this ticket have put on the branch of refused work. Another one is the work of people.
 * @throws {TaskError} `storage-unavailable`
 */
export async function listKeptShas(
  { others, context, deps }: Pick<CodingRun, 'others' | 'context' | 'deps'>,
  branch: string,
): Promise<ReadonlySet<string>> {
  const earlier = others.flatMap(({ facts }) => (facts?.keptBranch?.name === branch ? [facts.keptBranch.sha] : []));
  const events = hasBegunBefore(context.run) ? await deps.listRunEvents(context.run.runId) : [];
  // Each attempt has recorded its own, and any of them may lie there.
  const own = events.map((event) => findRefusedWork([event])?.kept);
  return new Set([...earlier, ...own.flatMap((kept) => (kept?.kind === 'branch' ? [kept.sha] : []))]);
}
