import type { RunChange, RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { describeError, type ErrorCode } from '../../shared/kernel/errors.ts';
import { planWaitMs, RETRY } from '../../shared/kernel/retry.ts';

/** How the work on a begun run ended: as `perform` says, or without it. */
export type Ending =
  | Outcome
  /** The runner was asked to stop before the work was done. */
  | { kind: 'interrupted' }
  /** The run was not begun: runners died over it, or it was tried too often. */
  | { kind: 'exhausted' };

/** What becomes of the message. */
export type MessageEnding =
  | { word: 'complete' }
  /** Another one with this task is sent, to the runners of its image. */
  | { word: 'resend'; task: Task }
  | { word: 'release' }
  | { word: 'poison'; reason: string };

export interface Settlement {
  change: RunChange;
  message: MessageEnding;
}

type SettledRun = Run & Pick<RunRecord, 'outages'>;

/** Attempts that ended, or may yet end, through the run itself; those that ended in an outage count apart. */
export function countOwnAttempts({ attempt, outages = 0 }: Pick<SettledRun, 'attempt' | 'outages'>): number {
  return attempt - outages;
}

/** Decides what is written to the ledger and what becomes of the message. */
export function planSettlement(
  run: SettledRun,
  ending: Ending,
  { now, maxAttempts, retryBaseMs }: { now: number; maxAttempts: number; retryBaseMs?: number | undefined },
): Settlement {
  switch (ending.kind) {
    case 'done':
      return complete({ state: 'done', result: ending.result, notified: true });
    case 'superseded':
      return complete({ state: 'superseded', reason: 'superseded', detail: ending.reason, notified: true });
    case 'give-up':
      return complete({ state: 'failed', reason: ending.code, code: ending.code, ...pickDetail(ending.detail) });
    case 'retry':
      return mayRetry(run, ending.code, maxAttempts)
        ? planRetry(run, ending, now, retryBaseMs)
        : fail(describeLast(ending), ending.code);
    case 'wait':
      return complete({
        state: 'parked',
        reason: ending.reason,
        parkedReason: ending.reason,
        parkedUntil: ending.until,
        attempt: Math.max(0, run.attempt - 1),
      });
    case 'move':
      return planMove(run, ending);
    case 'interrupted':
      return {
        change: {
          state: 'queued',
          reason: 'interrupted',
          attempt: Math.max(0, run.attempt - 1),
          interruptions: (run.interruptions ?? 0) + 1,
        },
        message: { word: 'release' },
      };
    case 'exhausted':
      return fail(run.detail, 'too-many-attempts');
  }
}

/** Twice as many waits for a service: with five attempts and a first wait of half a minute, that is an hour. */
function mayRetry(run: SettledRun, code: ErrorCode, maxAttempts: number): boolean {
  return isOutage(code) ? (run.outages ?? 0) < 2 * (maxAttempts - 1) : countOwnAttempts(run) < maxAttempts;
}

/** A refused credential that is worth waiting for takes as long to be renewed as a service to come back. */
function isOutage(code: ErrorCode): boolean {
  const { outage, credential } = describeError(code);
  return outage === true || credential === true;
}

function planRetry(
  run: SettledRun,
  { code, detail, retryAfterMs }: Extract<Outcome, { kind: 'retry' }>,
  now: number,
  retryBaseMs: number | undefined,
): Settlement {
  const outages = run.outages ?? 0;
  const waits = isOutage(code) ? outages + 1 : countOwnAttempts(run);
  const parkedUntil =
    now + (planWaitMs(RETRY.run, waits, { retryAfterMs, firstMs: retryBaseMs }) ?? RETRY.run.longestMs);
  const counted = isOutage(code) ? { outages: outages + 1 } : {};
  return complete({
    state: 'parked',
    reason: code,
    parkedReason: code,
    parkedUntil,
    code,
    ...counted,
    ...pickDetail(detail),
  });
}

/** `queued` before it is sent: a crash in between brings our message back, and it is moved once more. */
function planMove(run: SettledRun, { image }: Extract<Outcome, { kind: 'move' }>): Settlement {
  const { image: _, ...common } = run.task;
  const task = { ...common, ...(image === undefined ? {} : { image }) };
  return {
    change: { state: 'queued', reason: 'other-image', attempt: Math.max(0, run.attempt - 1), task },
    message: { word: 'resend', task },
  };
}

/** The person reads why the last attempt failed; the operator finds the message on the poison queue. */
function fail(detail: string | undefined, poisonReason: string): Settlement {
  return {
    change: { state: 'failed', reason: 'too-many-attempts', code: 'too-many-attempts', ...pickDetail(detail) },
    message: { word: 'poison', reason: poisonReason },
  };
}

function describeLast({ code, detail }: Extract<Outcome, { kind: 'retry' }>): string {
  return detail ? `${describeError(code).sentence} ${detail}` : describeError(code).sentence;
}

function complete(change: RunChange): Settlement {
  return { change, message: { word: 'complete' } };
}

function pickDetail(detail: string | undefined): { detail?: string } {
  return detail === undefined ? {} : { detail };
}
