import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { createOtelMetrics } from './otel-metrics.ts';
import { createOtelSpans } from './otel-spans.ts';
import { parseOtlpHeaders } from './otlp-headers.ts';
import { reportFailedExports } from './report-failed-exports.ts';
import type { TelemetryOptions } from './telemetry-options.ts';

/** The Functions host gives a stopping worker 5 seconds; one export must fit in with room to spare. */
const EXPORT_TIMEOUT_MS = 3 * SECOND;

/** Spans and metrics sent to `endpoint` by OTLP over HTTP with JSON bodies. */
export function startOtlp({
  serviceName,
  endpoint,
  headers,
  log,
  metricIntervalMs = MINUTE,
  exportTimeoutMs = EXPORT_TIMEOUT_MS,
}: TelemetryOptions & { endpoint: string }) {
  const base = endpoint.replace(/\/+$/, '');
  const common = {
    headers: headers ? (parseOtlpHeaders(headers.reveal()) ?? {}) : {},
    timeoutMillis: exportTimeoutMs,
  };
  const resource = resourceFromAttributes({ 'service.name': serviceName });

  const spanExporter = reportFailedExports(
    new OTLPTraceExporter({ ...common, url: `${base}/v1/traces` }),
    'traces',
    log,
  );
  const tracerProvider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(spanExporter, { exportTimeoutMillis: exportTimeoutMs })],
  });

  const metricExporter = reportFailedExports(
    new OTLPMetricExporter({ ...common, url: `${base}/v1/metrics` }),
    'metrics',
    log,
  );
  const meterProvider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: metricExporter,
        exportIntervalMillis: metricIntervalMs,
        exportTimeoutMillis: Math.min(exportTimeoutMs, metricIntervalMs),
      }),
    ],
  });

  return {
    spans: createOtelSpans(tracerProvider.getTracer('cmap')),
    metrics: createOtelMetrics(meterProvider.getMeter('cmap')),
    async shutdown() {
      const results = await Promise.allSettled([tracerProvider.shutdown(), meterProvider.shutdown()]);
      for (const result of results) {
        if (result.status === 'rejected') log.warn('telemetry not flushed', { error: result.reason });
      }
    },
  };
}
