import { createTelemetry } from './create-telemetry.ts';
import { silentMetrics } from './metrics.ts';
import { idOnlySpans } from './spans.ts';
import type { Telemetry } from './telemetry.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

/** Starts traces and metrics for this process. Call `shutdown` before it ends. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { endpoint, redactor } = options;
  if (!endpoint)
    return createTelemetry({ spans: idOnlySpans, metrics: silentMetrics, redactor, shutdown: async () => {} });

  // Loading OpenTelemetry takes longer than everything else a function does at start, so it is loaded only when used.
  const { startOtlp } = await import('./otlp.ts');
  return createTelemetry({ ...startOtlp({ ...options, endpoint }), redactor });
}
