import type { ScopeLock, Scopes } from '../../domain/ports/scopes.ts';
import type { Log } from '../../kernel/log.ts';
import { resendRun, type SendDeps } from './send-run.ts';

export interface ReleaseDeps extends SendDeps {
  scopes: Pick<Scopes, 'release'>;
  log: Log;
}

/** Why a run is parked while another one has its issue or merge request. */
export const SCOPE_BUSY = 'scope-busy';

/** Frees a scope and sends the runs that waited for it. */
export async function releaseScope(lock: ScopeLock, deps: ReleaseDeps): Promise<void> {
  await wakeWaiting(await deps.scopes.release(lock), deps);
}

/**
 * Sends parked runs that waited for a scope. One that cannot be sent stays parked until its time comes, so a failure
 * here is logged and costs only time.
 */
async function wakeWaiting(runIds: readonly string[], deps: ReleaseDeps): Promise<void> {
  for (const runId of runIds) {
    try {
      const record = await deps.ledger.find(runId);
      if (record?.parkedReason === SCOPE_BUSY) await resendRun(record, 'scope-free', deps);
    } catch (error) {
      deps.log.warn('waiting run not woken', { runId, error });
    }
  }
}
