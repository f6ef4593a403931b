import type { HttpHandler, TimerHandler } from '@azure/functions';
import { describeStartError } from '../../shared/app/describe-start-error.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { later } from '../http/responses.ts';
import type { FunctionEntry } from './function-table.ts';
import type { FunctionFacts } from './list-functions.ts';
import { type Readiness, TRY_AGAIN_AFTER_MS } from './readiness.ts';

/**
 * A function that can be registered before the app behind it is loaded: each invocation waits until the app can serve.
 * While it cannot, a request gets 503 with a code, because senders come back, and a timer fails with the reason and
 * what to check.
 */
export function toEntry(facts: FunctionFacts, readiness: Pick<Readiness, 'handlers'>): FunctionEntry {
  if (facts.trigger === 'timer') {
    const timer: TimerHandler = async (tick, context) => {
      const handlers = await readiness.handlers().catch((cause: unknown) => {
        throw new Error(`The app could not start. ${describeStartError(cause)}`, { cause });
      });
      return present(handlers[facts.name], facts)(tick, context);
    };
    return { ...facts, handler: timer };
  }
  const http: HttpHandler = async (request, context) => {
    let handlers: Awaited<ReturnType<Readiness['handlers']>>;
    try {
      handlers = await readiness.handlers();
    } catch (error) {
      return later(503, error instanceof TaskError ? error.code : 'not-started', TRY_AGAIN_AFTER_MS);
    }
    return present(handlers[facts.name], facts)(request, context);
  };
  return { ...facts, handler: http };
}

function present<Handler>(handler: Handler | undefined, { name }: FunctionFacts): Handler {
  if (!handler) throw new TypeError(`The function ${name} is registered, and nothing handles it`);
  return handler;
}
