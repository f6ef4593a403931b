import type { Secret } from '../secret.ts';
import { createTelemetry } from './create-telemetry.ts';
import type { Log } from './log.ts';
import { silentMetrics } from './metrics.ts';
import type { Redactor } from './redact.ts';
import { idOnlySpans } from './spans.ts';
import type { Telemetry } from './telemetry.ts';

export interface TelemetryOptions {
  /** `cmap-functions`, `cmap-runner`. */
  serviceName: string;
  /** OTLP over HTTP with JSON, without `/v1/traces`. Absent: nothing is exported and no OpenTelemetry code is loaded. */
  endpoint?: string | undefined;
  /** As in OTEL_EXPORTER_OTLP_HEADERS: `key=value,key=value`, values percent-encoded. */
  headers?: Secret | undefined;
  /** Milliseconds between two metric exports. */
  metricIntervalMs?: number;
  log: Log;
  redactor: Pick<Redactor, 'redact'>;
}

/** Starts traces and metrics for this process. Call `shutdown` before it ends. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { endpoint, redactor } = options;
  if (!endpoint)
    return createTelemetry({ spans: idOnlySpans, metrics: silentMetrics, redactor, shutdown: async () => {} });

  // Loading OpenTelemetry takes longer than everything else a function does at start, so it is loaded only when used.
  const { startOtlp } = await import('./otlp.ts');
  return createTelemetry({ ...startOtlp({ ...options, endpoint }), redactor });
}
