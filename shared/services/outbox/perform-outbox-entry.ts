import type { OutboxEntry } from '../../domain/runs/outbox-entry.ts';
import { type EndMergeRequestDeps, endMergeRequest } from '../notifications/end-merge-request.ts';
import {
  type CredentialInNoteDeps,
  notifyCredentialInMergeRequest,
  notifyCredentialInNote,
} from '../notifications/notify-credential-in-note.ts';
import { notifyCredentialPasted } from '../notifications/notify-credential-pasted.ts';
import { notifyRefused } from '../notifications/notify-refused.ts';
import { type NotifyWaitingDeps, notifyWaiting } from '../notifications/notify-waiting.ts';
import type { OutboxResult } from './process-outbox.ts';

/** Without `jira` the tickets wait; threads do not. */
export type PerformOutboxEntryDeps = Omit<TicketDeps, 'jira'> &
  Partial<Pick<TicketDeps, 'jira'>> &
  CredentialInNoteDeps;

type TicketDeps = EndMergeRequestDeps & NotifyWaitingDeps;

/** Does what one outbox entry asks for. Safe to repeat. @throws {TaskError} when it cannot be done now. */
export async function performOutboxEntry(entry: OutboxEntry, deps: PerformOutboxEntryDeps): Promise<OutboxResult> {
  if (entry.kind === 'credential-in-note') return notifyCredentialInNote(entry, deps);
  if (entry.kind === 'credential-in-merge-request') return notifyCredentialInMergeRequest(entry, deps);
  const { jira } = deps;
  return jira ? performOnTicket(entry, { ...deps, jira }) : 'reschedule';
}

async function performOnTicket(
  entry: Exclude<OutboxEntry, { kind: 'credential-in-note' | 'credential-in-merge-request' }>,
  deps: TicketDeps,
): Promise<OutboxResult> {
  switch (entry.kind) {
    case 'refused':
      return notifyRefused(entry, deps);
    case 'waiting':
      return notifyWaiting(entry, deps);
    case 'credential-pasted':
      return notifyCredentialPasted(entry, deps);
    case 'merge-request-ended':
      return (await endMergeRequest(entry, deps)) === 'reschedule' ? 'reschedule' : 'complete';
  }
}
