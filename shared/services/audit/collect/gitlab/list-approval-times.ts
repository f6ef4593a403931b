import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import type { Instant } from '../../../../domain/audit/facts/instant.ts';
import { isKnown } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import { DAY } from '../../../../kernel/clock.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import { utcDay } from '../../../../kernel/utc-day.ts';
import type { Asker } from '../ask/asker.ts';
import { ApprovalEventApi } from './api-schemas.ts';
import type { ProjectGet } from './pin-range.ts';

/** For fewer approved merge requests it is no more to ask for each. */
const WORTH_A_LIST = 10;

/**
 * Adds the times of approvals from the project's events, a hundred a call, for which one call each would be needed
 * otherwise. GitLab writes the event in the background a moment after the approval, and forgets it after some years;
 * what is not found stays "not known". https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project
 */
export async function listApprovalTimes(
  mergeRequests: readonly MergeRequestFacts[],
  since: Instant,
  { get, asker, reads }: { get: ProjectGet; asker: Asker; reads: Pick<RepositoryReads, 'approvalEventsListed'> },
): Promise<MergeRequestFacts[]> {
  const wanted = new Set(mergeRequests.flatMap(approvalsOf));
  const approved = mergeRequests.filter((one) => approvalsOf(one).length > 0).length;
  if (approved < WORTH_A_LIST) return [...mergeRequests];
  const found = new Map<string, { at: Instant; listedIn: string }>();
  // The day itself is left out by GitLab, and its days are those of its own time zone.
  const after = utcDay(Date.parse(since) - 2 * DAY);
  const query = { action: 'approved', target_type: 'merge_request', after, sort: 'desc', per_page: 100 };
  try {
    let pages = 0;
    for await (const page of asker.pages(get('events', query), ApprovalEventApi)) {
      reads.approvalEventsListed = (reads.approvalEventsListed ?? 0) + page.length;
      // Newest first: the one that counts now is met before those that were taken back.
      for (const { value, source } of page) {
        const approval = `${value.target_iid} ${value.author_username}`;
        if (wanted.delete(approval)) found.set(approval, { at: value.created_at, listedIn: source });
      }
      pages += 1;
      if (wanted.size === 0 || pages >= approved / WORTH_A_LIST) break;
    }
  } catch (error) {
    if (!(error instanceof TaskError) || !REFUSED.has(error.code)) throw error;
    // A refusal is a call too. The approvals themselves are asked instead, so nothing is missing.
    reads.approvalEventsListed ??= 0;
  }
  return mergeRequests.map((one) => ({ ...one, approvals: withTimes(one, found) }));
}

/** An error of the server too: where it is of this one list, the approvals can still be asked one by one. */
const REFUSED: ReadonlySet<TaskError['code']> = new Set([
  'gitlab-forbidden',
  'gitlab-not-found',
  'gitlab-refused',
  'gitlab-unavailable',
]);

function approvalsOf({ iid, approvals }: MergeRequestFacts): string[] {
  return isKnown(approvals) ? approvals.map(({ by }) => `${iid} ${by.username}`) : [];
}

function withTimes(
  { iid, approvals }: MergeRequestFacts,
  found: ReadonlyMap<string, { at: Instant; listedIn: string }>,
): MergeRequestFacts['approvals'] {
  if (!isKnown(approvals)) return approvals;
  return approvals.map((approval) => ({ ...approval, ...found.get(`${iid} ${approval.by.username}`) }));
}
