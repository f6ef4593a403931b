import type { CopilotClient, CopilotSession } from '@github/copilot-sdk';

import type { Clock } from '../../shared/kernel/clock.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import type { Watchdog } from './watchdog.ts';

/** Why a session's answer is over. */
export type Ending =
  /** The model has nothing more to say. */
  | { kind: 'idle' }
  /** The runtime gave up; the ledger knows why when it was a model call. */
  | { kind: 'gave-up'; detail: string }
  | { kind: 'failed'; code: ErrorCode; detail?: string; cause?: unknown };

const HEARTBEAT_MS = 1000;

export function becomesIdle(session: CopilotSession): Promise<Ending> {
  return new Promise((resolve) => {
    session.on('assistant.idle', () => resolve({ kind: 'idle' }));
  });
}

export function givesUp(session: CopilotSession): Promise<Ending> {
  return new Promise((resolve) => {
    session.on('session.error', ({ data }) => {
      resolve({ kind: 'gave-up', detail: `The model session failed (${data.errorType}).` });
    });
  });
}

/** `wallClockMs` counts from the start of the session, not of the turn. */
export async function runsOutOfTime(clock: Clock, deadlineMs: number, over: AbortSignal): Promise<Ending> {
  await clock.sleep(Math.max(0, deadlineMs - clock.now()), over);
  return { kind: 'failed', code: 'agent-timed-out' };
}

export async function fallsSilent(activity: Watchdog, over: AbortSignal): Promise<Ending> {
  await activity.expired(over);
  return { kind: 'failed', code: 'agent-silent' };
}

/**
 * A dead runtime says nothing: neither the session nor its events end. Only a request to it fails, and one that was
 * under way when it died is never settled. So every heartbeat is a request of its own, and none is waited for.
 */
export async function dies(client: Pick<CopilotClient, 'ping'>, clock: Clock, over: AbortSignal): Promise<Ending> {
  const { promise: failed, resolve } = Promise.withResolvers<Ending>();
  for (;;) {
    const ending = await Promise.race([failed, clock.sleep(HEARTBEAT_MS, over)]);
    if (ending) return ending;
    client.ping('heartbeat').catch((cause: unknown) => resolve({ kind: 'failed', code: 'agent-crashed', cause }));
  }
}

export function isInterrupted(signal: AbortSignal): Promise<Ending> {
  const ending: Ending = { kind: 'failed', code: 'interrupted' };
  return new Promise((resolve) => {
    if (signal.aborted) resolve(ending);
    else signal.addEventListener('abort', () => resolve(ending), { once: true });
  });
}
