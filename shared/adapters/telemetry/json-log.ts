import type { Clock } from '../../kernel/clock.ts';
import type { Log, LogFields } from '../../kernel/log.ts';
import { toPlain } from '../../kernel/plain.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import { toIso } from '../../kernel/to-iso.ts';
import { currentLogFields } from './log-context.ts';
import { currentTrace } from './trace-context.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface JsonLogDeps {
  /** Takes one complete line without its line feed, and its level. */
  write: (line: string, level: LogLevel) => void;
  clock: Pick<Clock, 'now'>;
  redactor: Pick<Redactor, 'redact'>;
  /** Lines below this level are dropped. */
  level: LogLevel;
  /** On every line, e.g. `{ program: 'runner' }`. */
  fields?: LogFields;
}

/**
 * Writes each event as one line of JSON: `time`, `level`, `event`, the fields, the fields of the invocation,
 * and `traceId` and `spanId` inside a span.
 * Values are data, so that no text from outside can forge a line; secrets are masked; nothing makes it throw. Errors
 * become name, code, message and cause, with their stack when the level is `debug`.
 */
export function createJsonLog({ write, clock, redactor, level, fields = {} }: JsonLogDeps): Log {
  const lowest = LOG_LEVELS.indexOf(level);
  const options = { mapText: (text: string) => redactor.redact(text), stacks: level === 'debug' };

  function put(lineLevel: LogLevel, event: string, lineFields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(lineLevel) < lowest) return;
    const { traceId, spanId } = currentTrace() ?? {};
    const head = { time: toIso(clock.now()), level: lineLevel, event };
    const trace = traceId ? { traceId, spanId } : {};
    // The head comes last too: a field of the same name must not hide it, and first so that it leads the line.
    const line = { ...head, ...fields, ...currentLogFields(), ...lineFields, ...trace, ...head };
    write(toLine(toPlain(line, options)), lineLevel);
  }

  return {
    debug: (event, lineFields) => put('debug', event, lineFields),
    info: (event, lineFields) => put('info', event, lineFields),
    warn: (event, lineFields) => put('warn', event, lineFields),
    error: (event, lineFields) => put('error', event, lineFields),
    child: (more) => createJsonLog({ write, clock, redactor, level, fields: { ...fields, ...more } }),
  };
}

/**
 * What JSON leaves raw and a terminal, or a reader of lines, does not: the control characters U+007F to U+009F, of
 * which one begins an escape sequence as `ESC [` does, and the line ends of Unicode.
 */
const RAW = /[\u007f-\u009f\u2028\u2029]/g;

function toLine(plain: unknown): string {
  return JSON.stringify(plain).replaceAll(RAW, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
