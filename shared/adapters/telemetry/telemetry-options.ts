import type { Log } from '../../kernel/log.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import type { Secret } from '../../kernel/secret.ts';

/** Where traces and metrics go, if anywhere. */
export interface TelemetryOptions {
  /** `cmap-functions`, `cmap-runner`. */
  serviceName: string;
  /**
   * OTLP over HTTP with JSON, without `/v1/traces`. Absent: nothing is exported and no OpenTelemetry code is loaded.
   */
  endpoint?: string | undefined;
  /** As in OTEL_EXPORTER_OTLP_HEADERS: `key=value,key=value`, values percent-encoded. */
  headers?: Secret | undefined;
  /** Milliseconds between two metric exports. */
  metricIntervalMs?: number;
  /** How long a collector may take for one export, at most the time between two; 3 seconds unless said otherwise. */
  exportTimeoutMs?: number;
  log: Log;
  redactor: Pick<Redactor, 'redact'>;
}
