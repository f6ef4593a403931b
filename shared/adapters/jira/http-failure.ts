import { z } from 'zod';

import { SECOND } from '../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import type { Secret } from '../../kernel/secret.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';

/** Which request Jira answered with which status; the cause of the named error. */
export interface JiraHttpError {
  method: string;
  path: string;
  status: number;
}

interface Answer {
  headers: Headers;
  body: unknown;
  apiToken: Secret;
}

/** An answer that is not a success, by name. What Jira says about it goes along, short and without our token. */
export function toTaskError({ method, path, status }: JiraHttpError, { headers, body, apiToken }: Answer): TaskError {
  const retryAfterMs = readRetryAfterMs(headers);
  const said = describeRefusal(body, apiToken);
  const redirected = status >= 300 && status < 400;
  const detail = redirected ? 'Jira redirects instead of answering: check JIRA_URL' : said;
  return new TaskError(codeOf(status), {
    cause: new Error(`${method} ${path} answered ${status}`),
    ...(detail ? { detail } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Whether a request failed before anything of it left this machine: no name, no route, no connection. */
export function wasNeverSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && NOT_CONNECTED.has(cause.code)) return true;
  }
  return false;
}

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'jira-unauthorized';
  if (status === 403) return 'jira-forbidden';
  if (status === 404) return 'jira-not-found';
  if (status === 429) return 'jira-rate-limited';
  if (status === 408 || status >= 500) return 'jira-unavailable';
  return 'jira-refused';
}

/** Jira sends whole seconds, with 429 and some 5xx. */
function readRetryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * SECOND : undefined;
}

const Refusal = z.object({
  errorMessages: z.array(z.string()).catch([]),
  errors: z.record(z.string(), z.string()).catch({}),
});

const MAX_DETAIL = 300;

function describeRefusal(body: unknown, apiToken: Secret): string {
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) return '';
  const fields = Object.entries(refusal.data.errors).map(([field, message]) => `${field}: ${message}`);
  const redactor = createRedactor();
  redactor.add(apiToken);
  const said = redactor.redact(
    [...refusal.data.errorMessages, ...fields].join('; ').replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' '),
  );
  return fitWords(said, MAX_DETAIL);
}
