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

/** The approvals of which it is not known when they were given. */
export interface WantedTimes {
  /** Merge request and person of each. */
  approvals: string[];
  /** How many merge requests have one. */
  mergeRequests: number;
}

/** When they were given, by merge request and person, and where that was listed. */
export type ApprovalTimes = ReadonlyMap<string, { at: Instant; listedIn: string }>;

/** What `listApprovalTimes` is to look for; small, because it is kept while other repositories are read. */
export function timesWanted(mergeRequests: readonly MergeRequestFacts[]): WantedTimes {
  const approved = mergeRequests.map(approvalsOf).filter((approvals) => approvals.length > 0);
  return { approvals: approved.flat(), mergeRequests: approved.length };
}

/**
 * The times of approvals from the project's events, a hundred a call, for which one call each would be needed
 * otherwise. GitLab writes the event in the background a moment after the approval, and forgets it after some years;
 * what is not found stays "not known". https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project
 */
export async function listApprovalTimes(
  { approvals, mergeRequests: approved }: WantedTimes,
  since: Instant,
  { get, asker, reads }: { get: ProjectGet; asker: Asker; reads: Pick<RepositoryReads, 'approvalEventsListed'> },
): Promise<ApprovalTimes> {
  const found = new Map<string, { at: Instant; listedIn: string }>();
  if (approved < WORTH_A_LIST) return found;
  const wanted = new Set(approvals);
  // The day itself is left out by GitLab, and its days are those of its own time zone.
  const after = utcDay(Date.parse(since) - 2 * DAY);
  const query = { action: 'approved', target_type: 'merge_request', after, sort: 'desc', per_page: 100 };
  // A refusal is a call too.
  reads.approvalEventsListed = 0;
  try {
    let pages = 0;
    for await (const page of asker.pages(get('events', query), ApprovalEventApi)) {
      reads.approvalEventsListed += page.length;
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
    // The approvals themselves are asked instead, so nothing is missing.
  }
  return found;
}

/** The merge requests with the times that were found. */
export function withApprovalTimes(
  mergeRequests: readonly MergeRequestFacts[],
  times: ApprovalTimes,
): MergeRequestFacts[] {
  if (times.size === 0) return [...mergeRequests];
  return mergeRequests.map((one) => ({ ...one, approvals: withTimes(one, times) }));
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

function withTimes({ iid, approvals }: MergeRequestFacts, found: ApprovalTimes): MergeRequestFacts['approvals'] {
  if (!isKnown(approvals)) return approvals;
  return approvals.map((approval) => ({ ...approval, ...found.get(`${iid} ${approval.by.username}`) }));
}
