import type { Metrics } from '../../domain/ports/metrics.ts';
import type { SpanAttributes } from './spans.ts';

/** Lets the work add what it learns to its span. */
export interface ActiveSpan {
  setAttributes(attributes: SpanAttributes): void;
}

export interface ContinueOptions {
  name: string;
  /** `consumer` unless a request is answered. */
  kind?: 'consumer' | 'server';
  attributes?: SpanAttributes;
  /**
   * From 1. A later attempt gets its own trace with a link to the event's, because attempts may be hours apart and one
   * trace over all of them is unreadable.
   */
  attempt?: number;
}

/** Traces and metrics of one process. */
export interface Telemetry {
  metrics: Metrics;
  /** Runs `work` inside a span, child of the current one; a throw marks the span and passes on. */
  withSpan<T>(name: string, attributes: SpanAttributes, work: (span: ActiveSpan) => Promise<T>): Promise<T>;
  /** Runs `work` inside a span that continues `traceparent`; a missing or malformed one starts a new trace. */
  runWithTraceparent<T>(
    traceparent: string | undefined,
    options: ContinueOptions,
    work: (span: ActiveSpan) => Promise<T>,
  ): Promise<T>;
  /** Sends what is left, within 3 seconds. Never throws. */
  shutdown(): Promise<void>;
}
