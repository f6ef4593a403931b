import type { Log } from '../../kernel/log.ts';

interface ExportResult {
  /** 0 is success (ExportResultCode of @opentelemetry/core). */
  code: number;
  error?: Error;
}

interface Exporter<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
}

/** Logs a warning for each batch the exporter could not deliver; OpenTelemetry itself would stay silent. */
export function reportFailedExports<Batch, E extends Exporter<Batch>>(
  exporter: E & Exporter<Batch>,
  signal: 'traces' | 'metrics',
  log: Log,
): E {
  const deliver = exporter.export.bind(exporter);
  exporter.export = (batch, done) =>
    deliver(batch, (result) => {
      if (result.code !== 0) log.warn('telemetry not exported', { signal, error: result.error });
      done(result);
    });
  return exporter;
}
