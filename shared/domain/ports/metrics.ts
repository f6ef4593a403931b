/** Labels have few values each: a merge request number or a run id would make a series of its own. */
export interface RunLabels {
  /** The Jira project key of the binding; `unknown` when it is not known. */
  binding: string;
  /** `done`, `retry`, `give-up` or `superseded`. */
  outcome: string;
  /** The catalogue code when it did not end well. */
  code?: string;
}

export interface WebhookLabels {
  source: 'gitlab' | 'jira';
  /** `admitted`, or the skip reason. */
  result: string;
}

export interface WebhookErrorLabels {
  source: 'gitlab' | 'jira';
  /** A fixed word: `unauthorized`, `too-large`, `unreadable`, `storage-unavailable`. */
  reason: string;
}

export interface SessionLabels {
  /** The task kind the session served. */
  kind: string;
  /** `done` or the catalogue code. */
  outcome: string;
}

/** What the product counts. Recording never fails and costs nothing when no endpoint is configured. */
export interface Metrics {
  reviewFinished(labels: RunLabels, durationMs: number): void;
  codingFinished(labels: RunLabels, durationMs: number): void;
  replyFinished(labels: RunLabels, durationMs: number): void;
  updateFinished(labels: RunLabels, durationMs: number): void;
  webhookReceived(labels: WebhookLabels): void;
  webhookFailed(labels: WebhookErrorLabels): void;
  agentSessionFinished(labels: SessionLabels, durationMs: number): void;
}
