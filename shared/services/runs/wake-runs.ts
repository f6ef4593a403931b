import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { planWaitMs, RETRY } from '../../kernel/retry.ts';
import { resendRun, type SendDeps } from './send-run.ts';

export interface WakeDeps extends SendDeps {
  clock: Clock;
  log: Log;
}

/**
 * Sends runs that were parked for this reason before their time. One that was put off a moment ago may not be parked
 * yet, so it is looked at a few times; what still does not work costs only time, because the run is due by itself.
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
  for (let tries = 1; ; tries += 1) {
    const record = await deps.ledger.find(runId);
    if (record?.parkedReason === reason) {
      await resendRun(record, reason, deps);
      return;
    }
    const waitMs = planWaitMs(RETRY.wake, tries);
    if (record?.state !== 'running' || waitMs === undefined) return;
    await deps.clock.sleep(waitMs);
  }
}
