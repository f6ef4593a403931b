import { createJsonLog, type LogLevel } from '../adapters/telemetry/json-log.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { createRedactor, type Redactor } from '../kernel/redaction/redact.ts';
import { collectSecrets } from './settings/collect-secrets.ts';
import type { ProcessSettings } from './settings/process-settings.ts';

/** The log of a process and the redactor behind it. */
export interface ProcessLog {
  log: Log;
  redactor: Redactor;
}

export interface ProcessLogOptions {
  /** `functions` or `runner`, on every line. */
  program: string;
  clock: Pick<Clock, 'now'>;
  /** Takes one complete log line and its level. */
  write: (line: string, level: LogLevel) => void;
}

/**
 * The log of a process, with every secret of its settings masked. It needs no library, so it can say why nothing else
 * loads.
 */
export function createProcessLog(settings: ProcessSettings, { program, clock, write }: ProcessLogOptions): ProcessLog {
  const { agentId, logLevel: level } = settings;
  const redactor = createRedactor();
  for (const secret of collectSecrets(settings)) redactor.add(secret);
  return { log: createJsonLog({ write, clock, redactor, level, fields: { program, agentId } }), redactor };
}
