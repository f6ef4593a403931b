import type { InvocationContext } from '@azure/functions';
import type { Telemetry } from '../../shared/adapters/telemetry/telemetry.ts';
import { formatTraceparent, parseTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';

/** A function as the host calls it: with what triggered it, and the context of this invocation. */
export type Invocation<Input, Output> = (input: Input, context: InvocationContext) => Output | Promise<Output>;

/**
 * Runs each invocation of a handler in a span that continues the trace of the platform, so that the host's span, ours
 * and the run that follows are one trace; the span names the invocation. The host marks its span as not sampled where
 * it exports none itself, which says nothing about ours. Attributes: OpenTelemetry's conventions for functions
 * (`faas.*`).
 */
export function traceInvocation<Input, Output>(
  name: string,
  handler: Invocation<Input, Output>,
  telemetry: Pick<Telemetry, 'runWithTraceparent'>,
): (input: Input, context: InvocationContext) => Promise<Output> {
  return (input, context) => {
    const platform = parseTraceparent(context.traceContext?.traceParent);
    const traceparent = platform && formatTraceparent({ ...platform, sampled: true });
    const attributes = { 'faas.invocation_id': context.invocationId, 'faas.name': name };
    const span = { name: name.replaceAll('-', ' '), kind: 'server', attributes } as const;
    return telemetry.runWithTraceparent(traceparent, span, async () => handler(input, context));
  };
}
