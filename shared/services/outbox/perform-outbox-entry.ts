import type { OutboxEntry } from '../../domain/runs/outbox-entry.ts';
import { type EndMergeRequestDeps, endMergeRequest } from '../notifications/end-merge-request.ts';
import { notifyCredentialPasted } from '../notifications/notify-credential-pasted.ts';
import { notifyRefused } from '../notifications/notify-refused.ts';
import { type NotifyWaitingDeps, notifyWaiting } from '../notifications/notify-waiting.ts';
import type { OutboxResult } from './process-outbox.ts';

export type PerformOutboxEntryDeps = EndMergeRequestDeps & NotifyWaitingDeps;

/** Does what one outbox entry asks for. Safe to repeat. @throws {TaskError} when it cannot be done now. */
export async function performOutboxEntry(entry: OutboxEntry, deps: PerformOutboxEntryDeps): Promise<OutboxResult> {
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
