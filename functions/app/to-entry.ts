import type { HttpHandler, HttpRequest, HttpResponseInit, TimerHandler } from '@azure/functions';
import { runWithLogFields } from '../../shared/adapters/telemetry/log-context.ts';
import { describeStartError } from '../../shared/app/describe-start-error.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import { answerHealth, describeDown } from '../health/describe-down.ts';
import { isAdmin } from '../http/is-admin.ts';
import { later } from '../http/responses.ts';
import type { FunctionEntry } from './function-table.ts';
import type { FunctionFacts } from './list-functions.ts';
import { type Readiness, TRY_AGAIN_AFTER_MS } from './readiness.ts';
import { SettingsError } from './settings-error.ts';

export interface EntryDeps extends Pick<Readiness, 'handlers'> {
  /** With it a request reads the whole reason while the app cannot serve; without it a code. */
  adminSecret?: Secret | undefined;
  /** Masks the secrets of the settings. */
  redact: (text: string) => string;
}

/**
 * A function that can be registered before the app behind it is loaded: each invocation waits until the app can serve.
 * While it cannot, a request gets 503 with a code, because senders come back, and a timer fails with the reason and
 * what to check. Every log line of an invocation carries its id and the name of its function.
 */
export function toEntry(facts: FunctionFacts, deps: EntryDeps): FunctionEntry {
  if (facts.trigger === 'timer') {
    const timer: TimerHandler = (tick, context) =>
      runWithLogFields({ invocationId: context.invocationId, function: facts.name }, async () => {
        const handlers = await deps.handlers().catch((cause: unknown) => {
          throw new Error(`The app could not start. ${describeStartError(cause)}`, { cause });
        });
        return present(handlers[facts.name], facts)(tick, context);
      });
    return { ...facts, handler: timer };
  }
  const http: HttpHandler = (request, context) =>
    runWithLogFields({ invocationId: context.invocationId, function: facts.name }, async () => {
      let handlers: Awaited<ReturnType<Readiness['handlers']>>;
      try {
        handlers = await deps.handlers();
      } catch (error) {
        return refuse(error, { request, facts, deps });
      }
      return present(handlers[facts.name], facts)(request, context);
    });
  return { ...facts, handler: http };
}

interface Refused {
  request: HttpRequest;
  facts: FunctionFacts;
  deps: EntryDeps;
}

/** Names of settings and of what is in the map are for the admin secret; a code is for everyone. */
function refuse(error: unknown, { request, facts, deps }: Refused): HttpResponseInit {
  const code = codeOf(error);
  const detailed = isAdmin(request, deps.adminSecret);
  const reason = detailed ? deps.redact(describeStartError(error)) : code;
  const answer = later(503, code, TRY_AGAIN_AFTER_MS);
  if (facts.name === 'health') {
    return { ...answerHealth(describeDown(reason, detailed), request.method), headers: answer.headers ?? {} };
  }
  return detailed ? { ...answer, jsonBody: { error: code, reason } } : answer;
}

function codeOf(error: unknown): string {
  if (error instanceof SettingsError) return 'settings-refused';
  return error instanceof TaskError ? error.code : 'not-started';
}

function present<Handler>(handler: Handler | undefined, { name }: FunctionFacts): Handler {
  if (!handler) throw new TypeError(`The function ${name} is registered, and nothing handles it`);
  return handler;
}
