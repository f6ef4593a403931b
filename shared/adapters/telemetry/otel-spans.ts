import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';

import type { OpenSpan, SpanAttributes, SpanSource } from './spans.ts';
import type { TraceContext } from './trace-context.ts';

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, consumer: SpanKind.CONSUMER };

/** Spans recorded by an OpenTelemetry tracer. The parent is passed on by hand, so nothing global is registered. */
export function createOtelSpans(tracer: Tracer): SpanSource {
  return {
    start({ name, kind, attributes, parent, link }) {
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent)) : ROOT_CONTEXT;
      const links = link ? [{ context: toSpanContext(link) }] : [];
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: toAttributes(attributes), links }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        setAttributes: (more) => void span.setAttributes(toAttributes(more)),
        end(failure) {
          if (failure) {
            span.setAttribute('error.type', failure.code);
            span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
          }
          span.end();
        },
      } satisfies OpenSpan;
    },
  };
}

function toSpanContext({ traceId, spanId, sampled }: TraceContext) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function toAttributes(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
