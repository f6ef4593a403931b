import type { TimerHandler } from '@azure/functions';
import { AuditRequest } from '../../shared/domain/tasks/audit-request.ts';
import { buildAuditTask } from '../../shared/domain/tasks/build-audit-task.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Admit } from '../ingest/create-admit.ts';

export interface AuditTimerDeps {
  /** Fix versions as Jira spells them; each is audited in every project of the map. */
  versions: readonly string[];
  admit: Admit;
  traceparent: () => string | undefined;
  clock: Pick<Clock, 'now'>;
}

/**
 * Begins an audit of each version. What cannot be admitted now fails the invocation after the others were admitted, and
 * is audited at the next tick.
 */
export function createAuditTimer({ versions, admit, traceparent, clock }: AuditTimerDeps): TimerHandler {
  return async () => {
    const occasion = { at: clock.now(), traceparent: traceparent() };
    const failures: unknown[] = [];
    for (const fixVersion of versions) {
      try {
        await admit(buildAuditTask(AuditRequest.parse({ fixVersion }), occasion));
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
}
