import type { RunEvent } from './run.ts';

/** Kept with the run that opened a merge request, once the people it has found are asked to review. */
export const ASKED_EVENT = 'reviewers-asked';

/** The field of the stage `merge-request-open` that `findOwedReviewers` reads: whom to ask later, by their ids. */
export function toOwedReviewersField(ids: readonly number[]): { owedReviewers: string } {
  return { owedReviewers: ids.join(',') };
}

/**
 * Whom a run has found to review a merge request and not asked yet; `undefined` where it has found none, or they
 * were asked.
 */
export function findOwedReviewers(
  events: readonly Pick<RunEvent, 'name' | 'fields'>[],
  iid: number,
): number[] | undefined {
  const isOfIt = ({ fields }: Pick<RunEvent, 'fields'>) => fields?.['iid'] === iid;
  if (events.some((event) => event.name === ASKED_EVENT && isOfIt(event))) return undefined;
  const opened = events.findLast((event) => event.name === 'merge-request-open' && isOfIt(event));
  const owed = String(opened?.fields?.['owedReviewers'] ?? '');
  return owed === '' ? undefined : owed.split(',').map(Number);
}
