import type { Metrics } from '../../domain/ports/metrics.ts';
/** The names dashboards and alerts are built on: add freely, rename never. Durations are in seconds. */
export const METRIC_NAMES = {
  reviews: 'cmap.reviews.total',
  reviewDuration: 'cmap.review.duration',
  codings: 'cmap.codings.total',
  codingDuration: 'cmap.coding.duration',
  replies: 'cmap.replies.total',
  replyDuration: 'cmap.reply.duration',
  updates: 'cmap.updates.total',
  updateDuration: 'cmap.update.duration',
  webhooks: 'cmap.webhooks.received',
  webhookErrors: 'cmap.webhook.errors',
  sessionDuration: 'cmap.agent.session.duration',
} as const;

/** Counts nothing. */
export const silentMetrics: Metrics = {
  reviewFinished() {},
  codingFinished() {},
  replyFinished() {},
  updateFinished() {},
  webhookReceived() {},
  webhookFailed() {},
  agentSessionFinished() {},
};
