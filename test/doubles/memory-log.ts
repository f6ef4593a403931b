import type { Log, LogFields } from '../../shared/kernel/log.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  event: string;
  /** With those of the loggers it was written through. */
  fields: LogFields;
}

export interface MemoryLog extends Log {
  /** Everything that was logged, oldest first. */
  readonly lines: LogLine[];
}

/** A log that keeps its lines. */
export function createMemoryLog(lines: LogLine[] = [], inherited: LogFields = {}): MemoryLog {
  const at =
    (level: LogLine['level']) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields: { ...inherited, ...fields } });
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => createMemoryLog(lines, { ...inherited, ...fields }),
  };
}
