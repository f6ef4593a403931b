import { type Clock, SECOND } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { resendRun, type SendDeps } from './send-run.ts';

export interface WakeDeps extends SendDeps {
  clock: Clock;
  log: Log;
}

const TRIES = 5;

/**
 * Sends runs that were parked for this reason before their time. One that was put off a moment ago may not be parked yet, so it is
 * looked at a few times; what still does not work costs only time, because the run is due by itself.
 */
export async function wakeRuns(runIds: readonly string[], reason: string, deps: WakeDeps): Promise<void> {
  await Promise.all(
    runIds.map(async (runId) => {
      try {
        await wake(runId, reason, deps);
      } catch (error) {
        deps.log.warn('waiting run not woken', { runId, error });
      }
    }),
  );
}

async function wake(runId: string, reason: string, deps: WakeDeps): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await deps.ledger.find(runId);
    if (record?.state === 'parked' && record.parkedReason === reason) {
      await resendRun(record, reason, deps);
      return;
    }
    if (record?.state !== 'running') return;
    await deps.clock.sleep(SECOND / 2);
  }
}
