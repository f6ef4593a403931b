import type { HttpResponseInit } from '@azure/functions';

import { SECOND } from '../../shared/kernel/clock.ts';

/** The event is durable now: as a run, or as an outbox entry. */
export function accepted(by: { runId: string; duplicate?: boolean } | { noted: string }): HttpResponseInit {
  return { status: 202, jsonBody: by };
}

/** The event is fine and not for us. Senders switch a hook off that answers errors, so this is a success. */
export function skipped(reason: string): HttpResponseInit {
  return { status: 200, jsonBody: { skipped: reason } };
}

/** A refusal or failure as a fixed word or one sentence. Says nothing about why a secret was wrong. */
export function refused(status: 400 | 401 | 413 | 415 | 422 | 500, error: string): HttpResponseInit {
  return { status, jsonBody: { error } };
}

/** Not now; try again after this long. */
export function later(status: 429 | 503, error: string, afterMs: number): HttpResponseInit {
  return {
    status,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(afterMs / SECOND))) },
    jsonBody: { error },
  };
}
