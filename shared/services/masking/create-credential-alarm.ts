import type { Outbox } from '../../domain/ports/outbox.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * What happens when a credential of ours was read in a ticket: an error in the log, and once per ticket a comment, through the
 * outbox. A ticket is reported once per process; an outbox that cannot be reached now is asked again at the next read.
 */
export function createCredentialAlarm({
  outbox,
  log,
}: {
  outbox: Pick<Outbox, 'enqueue'>;
  log: Pick<Log, 'error' | 'warn'>;
}): (issueKey: string) => void {
  const reported = new Set<string>();
  return (issueKey) => {
    if (reported.has(issueKey)) return;
    reported.add(issueKey);
    log.error('credential pasted into a ticket', { issueKey });
    outbox.enqueue({ kind: 'credential-pasted', issueKey }).catch((error: unknown) => {
      reported.delete(issueKey);
      log.warn('credential in a ticket not reported', { issueKey, error });
    });
  };
}
