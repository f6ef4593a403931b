import { SECOND } from '../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import { explainConnection, HttpStatusError } from '../http/http-failure.ts';

export interface EventPost {
  /** An https address. */
  url: Secret;
  /** How the address is called in settings. Stands for it in errors. */
  name: string;
  /** JSON. */
  body: string;
  headers?: Record<string, string>;
}

/** A slow receiver must not hold up what is sent after it. */
const TIMEOUT_MS = 10 * SECOND;

/**
 * Sends one event to a webhook, once, following no redirect. What the webhook answers is not read: only its status.
 * @throws {TaskError} `events-unavailable`, `events-refused`, `events-url-wrong`. Never with the address.
 */
export async function postEvent(post: EventPost, send: typeof fetch = fetch): Promise<void> {
  const status = await exchange(post, send);
  if (status >= 200 && status < 300) return;
  const isRedirect = status >= 300 && status < 400;
  const detail = `${post.name} answered ${status}${isRedirect ? ', a redirect, which is not followed' : ''}`;
  throw new TaskError(codeOf(status), { detail, cause: new HttpStatusError('POST', post.name, status) });
}

async function exchange({ url, name, body, headers = {} }: EventPost, send: typeof fetch): Promise<number> {
  try {
    const response = await send(url.reveal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      // A real timer: it guards a real socket.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // A connection that breaks after the status changes nothing.
    await response.body?.cancel().catch(() => undefined);
    return response.status;
  } catch (cause) {
    const reason = explainConnection(cause);
    const detail = `${name} gave no answer${reason === undefined ? '' : `: ${reason}`}`;
    throw new TaskError('events-unavailable', { detail, cause });
  }
}

/** 404 and 410 say that there is no such webhook any more, and a redirect that it is somewhere else. */
function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410 || (status >= 300 && status < 400)) return 'events-url-wrong';
  return status === 408 || status === 429 || status >= 500 ? 'events-unavailable' : 'events-refused';
}
