import { AsyncLocalStorage } from 'node:async_hooks';

/** W3C trace context of the span that is current in this chain of calls. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  sampled: boolean;
}

const current = new AsyncLocalStorage<TraceContext>();

/** The trace and span of the work that is running, or `undefined` outside of any span. */
export function currentTrace(): TraceContext | undefined {
  return current.getStore();
}

/** The `traceparent` to pass to the process that continues this work, or `undefined` outside of any span. */
export function currentTraceparent(): string | undefined {
  const trace = current.getStore();
  return trace && formatTraceparent(trace);
}

/** Runs `work` with `trace` as the current one, across every await in it. */
export function runInTrace<T>(trace: TraceContext, work: () => T): T {
  return current.run(trace, work);
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Reads a `traceparent` header (https://www.w3.org/TR/trace-context/); anything malformed is `undefined`. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const match = TRACEPARENT.exec(text ?? '');
  const [, traceId, spanId, flags] = match ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
