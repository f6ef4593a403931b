import type { LogLevel } from '../../shared/adapters/telemetry/json-log.ts';

/** The two streams of a process, of which each takes one complete line. */
export interface HostStreams {
  stdout: (line: string) => void;
  stderr: (line: string) => void;
}

/**
 * Writes a log line so that the Functions host gives it the level it has. The host knows a line of the worker's stdout
 * as information, and one of stderr as a warning when the letters `warn` stand anywhere in it, otherwise as an error
 * when it has the letters `error` (Functions host: WorkerProcess.ParseErrorMessageAndLog). So an error line must not
 * have them: in JSON an escape means the same.
 */
export function writeToHost(line: string, level: LogLevel, { stdout, stderr }: HostStreams): void {
  switch (level) {
    case 'debug':
    case 'info':
      stdout(line);
      break;
    case 'warn':
      stderr(line);
      break;
    case 'error':
      stderr(line.replaceAll(/(w)(a)(rn)/gi, (_, w, a, rn) => `${w}${a === 'a' ? '\\u0061' : '\\u0041'}${rn}`));
      break;
  }
}
