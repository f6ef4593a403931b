import { describeError } from '../shared/errors.ts';
import type { RunChange } from '../shared/state/run-ledger.ts';
import { planBackoffMs } from '../shared/tasks/backoff.ts';
import type { Outcome } from '../shared/tasks/outcome.ts';
import type { Run } from '../shared/tasks/run.ts';

/** How the work on a claimed run ended: as `perform` says, or without it. */
export type Ending =
  | Outcome
  /** The runner was asked to stop before the work was done. */
  | { kind: 'interrupted' }
  /** The run was not begun: runners died over it, or it was tried too often. */
  | { kind: 'exhausted' };

/** What becomes of the message. */
export type ClaimWord = { word: 'complete' } | { word: 'release' } | { word: 'poison'; reason: string };

export interface Settlement {
  change: RunChange;
  claim: ClaimWord;
}

/** Decides what the ledger is told and what becomes of the message. */
export function planSettlement(
  run: Run,
  ending: Ending,
  { now, maxAttempts, retryBaseMs }: { now: number; maxAttempts: number; retryBaseMs?: number | undefined },
): Settlement {
  switch (ending.kind) {
    case 'done':
      return complete({ state: 'done', result: ending.result, told: true });
    case 'superseded':
      return complete({ state: 'superseded', reason: 'superseded', detail: ending.reason, told: true });
    case 'give-up':
      return complete({ state: 'failed', reason: ending.code, code: ending.code, ...pickDetail(ending.detail) });
    case 'retry':
      return run.attempt < maxAttempts
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
    case 'interrupted':
      return {
        change: {
          state: 'queued',
          reason: 'interrupted',
          attempt: Math.max(0, run.attempt - 1),
          interruptions: (run.interruptions ?? 0) + 1,
        },
        claim: { word: 'release' },
      };
    case 'exhausted':
      return fail(run.detail, 'too-many-attempts');
  }
}

function planRetry(
  run: Run,
  { code, detail, retryAfterMs }: Extract<Outcome, { kind: 'retry' }>,
  now: number,
  retryBaseMs: number | undefined,
): Settlement {
  const parkedUntil = now + planBackoffMs(run.attempt, retryAfterMs, retryBaseMs);
  return complete({ state: 'parked', reason: code, parkedReason: code, parkedUntil, code, ...pickDetail(detail) });
}

/** The person reads why the last attempt failed; the operator finds the message on the poison queue. */
function fail(detail: string | undefined, poisonReason: string): Settlement {
  return {
    change: { state: 'failed', reason: 'too-many-attempts', code: 'too-many-attempts', ...pickDetail(detail) },
    claim: { word: 'poison', reason: poisonReason },
  };
}

function describeLast({ code, detail }: Extract<Outcome, { kind: 'retry' }>): string {
  return detail ? `${describeError(code).tell} ${detail}` : describeError(code).tell;
}

function complete(change: RunChange): Settlement {
  return { change, claim: { word: 'complete' } };
}

function pickDetail(detail: string | undefined): { detail?: string } {
  return detail === undefined ? {} : { detail };
}
