import type { Outbox } from '../../domain/ports/outbox.ts';
import { type CredentialAlarm, outboxSubject } from '../../domain/runs/outbox-entry.ts';
import type { Log } from '../../kernel/log.ts';

const EVENTS: Record<CredentialAlarm['kind'], string> = {
  'credential-pasted': 'credential pasted into a ticket',
  'credential-in-note': 'credential pasted into a thread',
  'credential-in-merge-request': 'credential pasted into a merge request',
};

/**
 * What happens when a credential of ours was read in a ticket, a merge request or a thread: an error in the log, and
 * once in each a comment, through the outbox. Each is reported once per process; an outbox that cannot be reached now
 * is asked again at the next read.
 */
export function createCredentialAlarm({
  outbox,
  log,
}: {
  outbox: Pick<Outbox, 'enqueue'>;
  log: Pick<Log, 'error' | 'warn'>;
}): (alarm: CredentialAlarm) => void {
  const reported = new Set<string>();
  return (alarm) => {
    const { kind, ...place } = alarm;
    const subject = `${kind} ${outboxSubject(alarm)}`;
    if (reported.has(subject)) return;
    reported.add(subject);
    log.error(EVENTS[kind], place);
    outbox.enqueue(alarm).catch((error: unknown) => {
      reported.delete(subject);
      log.warn('pasted credential not reported', { ...place, error });
    });
  };
}
