import type { Metrics } from '../../domain/ports/metrics.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import type { OpenSpan, SpanAttributes, SpanSource, SpanStart } from './spans.ts';
import type { ActiveSpan, ContinueOptions, Telemetry } from './telemetry.ts';
import { currentTrace, parseTraceparent, runInTrace } from './trace-context.ts';

export interface TelemetryParts {
  spans: SpanSource;
  metrics: Metrics;
  redactor: Pick<Redactor, 'redact'>;
  shutdown: () => Promise<void>;
}

/** Joins a source of spans and a set of metrics to what the programs use. */
export function createTelemetry({ spans, metrics, redactor, shutdown }: TelemetryParts): Telemetry {
  async function run<T>(start: SpanStart, work: (span: ActiveSpan) => Promise<T>): Promise<T> {
    const span = spans.start({ ...start, attributes: redactAttributes(start.attributes, redactor) });
    try {
      const result = await runInTrace(span.context, () => work(toActive(span, redactor)));
      span.end();
      return result;
    } catch (error) {
      span.end(describeFailure(error, redactor));
      throw error;
    }
  }

  return {
    metrics,
    shutdown,
    withSpan: (name, attributes, work) => run({ name, kind: 'internal', attributes, parent: currentTrace() }, work),
    runWithTraceparent: (traceparent, options, work) => run(planContinuation(traceparent, options), work),
  };
}

function planContinuation(traceparent: string | undefined, options: ContinueOptions): SpanStart {
  const { name, kind = 'consumer', attributes = {}, attempt = 1 } = options;
  const origin = parseTraceparent(traceparent);
  const place = attempt > 1 ? { link: origin } : { parent: origin };
  return { name, kind, attributes, ...place };
}

function toActive(span: OpenSpan, redactor: Pick<Redactor, 'redact'>): ActiveSpan {
  return { setAttributes: (attributes) => span.setAttributes(redactAttributes(attributes, redactor)) };
}

function redactAttributes(attributes: SpanAttributes, redactor: Pick<Redactor, 'redact'>): SpanAttributes {
  const redacted = Object.entries(attributes).map(([key, value]) => [
    key,
    typeof value === 'string' ? redactor.redact(value) : value,
  ]);
  return Object.fromEntries(redacted);
}

function describeFailure(error: unknown, redactor: Pick<Redactor, 'redact'>): { code: string; message: string } {
  const code = error instanceof TaskError ? error.code : 'unexpected';
  return { code, message: redactor.redact(error instanceof Error ? error.message : String(error)) };
}
