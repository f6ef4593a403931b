import { isRemembered, type OutboxEntry, type WeeklyReportEntry } from '../../domain/runs/outbox-entry.ts';
import { type EndMergeRequestDeps, endMergeRequest } from '../notifications/end-merge-request.ts';
import { followBackPorts } from '../notifications/follow-back-ports.ts';
import { type FollowKeptBranchDeps, followKeptBranch } from '../notifications/follow-kept-branch.ts';
import { type FollowOwnReviewDeps, followOwnReview } from '../notifications/follow-own-review.ts';
import { notifyCredentialEnding } from '../notifications/notify-credential-ending.ts';
import {
  type CredentialInNoteDeps,
  notifyCredentialInMergeRequest,
  notifyCredentialInNote,
} from '../notifications/notify-credential-in-note.ts';
import { notifyCredentialPasted } from '../notifications/notify-credential-pasted.ts';
import { type NotifyCriteriaMarkedDeps, notifyCriteriaMarked } from '../notifications/notify-criteria-marked.ts';
import { notifyRated } from '../notifications/notify-rated.ts';
import { notifyRefused } from '../notifications/notify-refused.ts';
import { type NotifyRequestedChangesDeps, notifyRequestedChanges } from '../notifications/notify-requested-changes.ts';
import { notifyUnrouted } from '../notifications/notify-unrouted.ts';
import { type NotifyWaitingDeps, notifyWaiting } from '../notifications/notify-waiting.ts';
import {
  type NotifyReceiverOfCredentialDeps,
  notifyReceiverOfCredential,
} from '../outbound/notify-receiver-of-credential.ts';
import { type NotifyReceiverOfRunDeps, notifyReceiverOfRun } from '../outbound/notify-receiver-of-run.ts';
import type { OutboxResult, RenewLease } from './process-outbox.ts';

/** Sends the report of an outbox entry. @throws {TaskError} when it cannot be sent now. */
export type SendWeekly = (entry: WeeklyReportEntry, renew: RenewLease) => Promise<OutboxResult>;

/** Without `jira` the tickets wait; threads and webhooks do not. */
export type PerformOutboxEntryDeps = Omit<TicketDeps, 'jira'> &
  Partial<Pick<TicketDeps, 'jira'>> &
  CredentialInNoteDeps &
  NotifyReceiverOfRunDeps &
  NotifyReceiverOfCredentialDeps & {
    /** Absent where no report can be made. */
    sendWeekly?: SendWeekly;
  };

type TicketDeps = EndMergeRequestDeps &
  NotifyWaitingDeps &
  FollowOwnReviewDeps &
  FollowKeptBranchDeps &
  NotifyCriteriaMarkedDeps &
  NotifyRequestedChangesDeps;

/** Does what one outbox entry asks for. Safe to repeat. @throws {TaskError} when it cannot be done now. */
export async function performOutboxEntry(
  entry: OutboxEntry,
  deps: PerformOutboxEntryDeps,
  renew: RenewLease,
): Promise<OutboxResult> {
  switch (entry.kind) {
    case 'credential-in-note':
      return notifyCredentialInNote(entry, deps);
    case 'credential-in-merge-request':
      return notifyCredentialInMergeRequest(entry, deps);
    case 'run-told':
      return notifyReceiverOfRun(entry, deps);
    case 'credential-told':
      return notifyReceiverOfCredential(entry, deps);
    case 'weekly-report':
      return deps.sendWeekly ? deps.sendWeekly(entry, renew) : 'reschedule';
    default:
      return deps.jira ? performOnTicket(entry, { ...deps, jira: deps.jira }) : 'reschedule';
  }
}

type TicketEntry = Exclude<
  OutboxEntry,
  { kind: 'credential-in-note' | 'credential-in-merge-request' | 'run-told' | 'credential-told' | 'weekly-report' }
>;

async function performOnTicket(entry: TicketEntry, deps: TicketDeps): Promise<OutboxResult> {
  switch (entry.kind) {
    case 'refused':
      return notifyRefused(entry, deps);
    case 'rated':
      return notifyRated(entry, deps);
    case 'kept-branch':
      return followKeptBranch(entry, deps);
    case 'unrouted':
      return notifyUnrouted(entry, deps);
    case 'waiting':
      return notifyWaiting(entry, deps);
    case 'credential-pasted':
      return notifyCredentialPasted(entry, deps);
    case 'credential-notice':
      return notifyCredentialEnding(entry, deps);
    case 'back-ports-begun':
      return (await followBackPorts(entry, deps)) === 'reschedule' ? 'reschedule' : 'delete';
    case 'requested-changes':
      return (await notifyRequestedChanges(entry, deps)) === 'ended' && isRemembered(entry) ? 'complete' : 'delete';
    case 'criteria-marked':
      return (await notifyCriteriaMarked(entry, deps)) === 'reschedule' ? 'reschedule' : 'delete';
    case 'own-review-due':
      return (await followOwnReview(entry, deps)) === 'reschedule' ? 'reschedule' : 'delete';
    case 'merge-request-ended':
      return (await endMergeRequest(entry, deps)) === 'reschedule' ? 'reschedule' : 'complete';
  }
}
