import type { Meter } from '@opentelemetry/api';
import type { Metrics } from '../../domain/ports/metrics.ts';
import { SECOND } from '../../kernel/clock.ts';
import { METRIC_NAMES } from './metrics.ts';

/** The product's metrics on an OpenTelemetry meter. */
export function createOtelMetrics(meter: Meter): Metrics {
  const reviews = meter.createCounter(METRIC_NAMES.reviews, { description: 'Review attempts that ended' });
  const codings = meter.createCounter(METRIC_NAMES.codings, { description: 'Coding attempts that ended' });
  const replies = meter.createCounter(METRIC_NAMES.replies, { description: 'Reply attempts that ended' });
  const updates = meter.createCounter(METRIC_NAMES.updates, { description: 'Update attempts that ended' });
  const webhooks = meter.createCounter(METRIC_NAMES.webhooks, { description: 'Webhook deliveries that were accepted' });
  const webhookErrors = meter.createCounter(METRIC_NAMES.webhookErrors, {
    description: 'Webhook deliveries that were refused',
  });
  const reviewDuration = createDuration(meter, METRIC_NAMES.reviewDuration, 'From lease to the end of a review');
  const codingDuration = createDuration(meter, METRIC_NAMES.codingDuration, 'From lease to the end of a coding run');
  const replyDuration = createDuration(meter, METRIC_NAMES.replyDuration, 'From lease to the end of a reply');
  const updateDuration = createDuration(meter, METRIC_NAMES.updateDuration, 'From lease to the end of an update');
  const sessionDuration = createDuration(meter, METRIC_NAMES.sessionDuration, 'One agent session');

  return {
    reviewFinished(labels, durationMs) {
      reviews.add(1, { ...labels });
      reviewDuration.record(durationMs / SECOND, { ...labels });
    },
    codingFinished(labels, durationMs) {
      codings.add(1, { ...labels });
      codingDuration.record(durationMs / SECOND, { ...labels });
    },
    replyFinished(labels, durationMs) {
      replies.add(1, { ...labels });
      replyDuration.record(durationMs / SECOND, { ...labels });
    },
    updateFinished(labels, durationMs) {
      updates.add(1, { ...labels });
      updateDuration.record(durationMs / SECOND, { ...labels });
    },
    webhookReceived: (labels) => webhooks.add(1, { ...labels }),
    webhookFailed: (labels) => webhookErrors.add(1, { ...labels }),
    agentSessionFinished: (labels, durationMs) => sessionDuration.record(durationMs / SECOND, { ...labels }),
  };
}

/** Runs take seconds to an hour; the default boundaries of OpenTelemetry are made for milliseconds. */
function createDuration(meter: Meter, name: string, description: string) {
  const explicitBucketBoundaries = [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600];
  return meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } });
}
