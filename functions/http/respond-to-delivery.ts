import type { HttpResponseInit } from '@azure/functions';
import type { Metrics } from '../../shared/domain/ports/metrics.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import type { Delivery, DeliveryResult } from './delivery.ts';
import { accepted, later, refused, skipped } from './responses.ts';
import { withDeadline } from './with-deadline.ts';

export interface RespondDeps {
  source: 'gitlab' | 'jira';
  handle: (delivery: Delivery) => Promise<DeliveryResult>;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

const RETRY_AFTER_MS = 30 * SECOND;

/** GitLab waits 10 seconds for an answer and then counts the delivery as failed. */
const ANSWER_WITHIN_MS = 8 * SECOND;

/** Handles a delivery of a sender that is known, and answers within 8 seconds; counted by what became of it. */
export async function respondToDelivery(delivery: Delivery, deps: RespondDeps): Promise<HttpResponseInit> {
  const { source, metrics } = deps;
  try {
    const deadline = { ms: ANSWER_WITHIN_MS, late: () => new LateError(), clock: deps.clock };
    const result = await withDeadline(deadline, () => deps.handle(delivery));
    if ('skipped' in result) {
      metrics.webhookReceived({ source, result: result.skipped });
      return skipped(result.skipped);
    }
    if ('noted' in result) {
      metrics.webhookReceived({ source, result: result.noted });
      return accepted(result);
    }
    metrics.webhookReceived({ source, result: result.duplicate ? 'duplicate' : 'admitted' });
    return accepted(result.duplicate ? result : { runId: result.runId });
  } catch (error) {
    return answerFailure(error, deps);
  }
}

function answerFailure(error: unknown, { source, metrics, log }: RespondDeps): HttpResponseInit {
  const code = nameFailure(error);
  metrics.webhookFailed({ source, reason: code });
  if (code === 'task-too-large') {
    // Sending it again cannot help, and the sender has done nothing wrong.
    log.error('webhook task too large', { source, error });
    return skipped(code);
  }
  if (code === 'unexpected') {
    log.error('webhook failed', { source, error });
    return refused(500, code);
  }
  log.warn('webhook not handled', { source, code, error });
  const afterMs = error instanceof TaskError ? error.retryAfterMs : undefined;
  return later(503, code, afterMs ?? RETRY_AFTER_MS);
}

/** A refusal of GitLab, Jira, storage or the vault is ours to repair, so the sender may come back: 503. */
function nameFailure(error: unknown): string {
  if (error instanceof MappingError) return 'project-map';
  if (error instanceof LateError) return 'too-late';
  return error instanceof TaskError ? error.code : 'unexpected';
}

/** A delivery could not be handled in time; what was begun goes on, and the same delivery again finds it. */
class LateError extends Error {
  override readonly name = 'LateError';
}
