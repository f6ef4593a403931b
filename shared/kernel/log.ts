/** Fixed words as field names (docs/glossary.md); values are plain data. */
export type LogFields = Record<string, unknown>;

/**
 * Structured log lines. `event` is a static text without values, so that it can be counted; everything that
 * varies is a field. Implementations pass every line through `redact`.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Log;
}

/** Says nothing. For tests that assert on other things. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
