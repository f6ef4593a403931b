import { randomBytes } from 'node:crypto';

import type { TraceContext } from './trace-context.ts';

export type SpanAttributes = Record<string, string | number | boolean | undefined>;

/** `server` answers a request, `consumer` takes a queue message, `internal` is a step inside. */
export type SpanKind = 'internal' | 'server' | 'consumer';

export interface SpanStart {
  name: string;
  kind: SpanKind;
  attributes: SpanAttributes;
  /** The span this one is part of; absent starts a new trace. */
  parent?: TraceContext | undefined;
  /** A trace this one follows without being part of it. */
  link?: TraceContext | undefined;
}

/** A span that runs: finished by the code that started it. */
export interface OpenSpan {
  context: TraceContext;
  setAttributes(attributes: SpanAttributes): void;
  end(failure?: { code: string; message: string }): void;
}

/** Where spans come from: OpenTelemetry when there is an endpoint, bare ids otherwise. */
export interface SpanSource {
  start(span: SpanStart): OpenSpan;
}

/** Spans that only have ids, so that log lines of one event can be found together without any telemetry backend. */
export const idOnlySpans: SpanSource = {
  start: ({ parent }) => ({
    context: {
      traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      // The process that continues the trace decides for itself; a "not sampled" from here would silence it.
      sampled: parent?.sampled ?? true,
    },
    setAttributes() {},
    end() {},
  }),
};
