import { expect, it } from 'vitest';

import { createJsonLog, type LogLevel } from '../../shared/adapters/telemetry/json-log.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { writeToHost } from './write-to-host.ts';

/** How the Functions host reads a line of a worker (WorkerProcess.ParseErrorMessageAndLog). */
function levelAtHost(stream: 'stdout' | 'stderr', line: string): string {
  if (stream === 'stdout') return 'Information';
  if (/warn/i.test(line)) return 'Warning';
  return /error|fail|severe|unhandled exception/i.test(line) ? 'Error' : 'Information';
}

function log(level: LogLevel, event: string, fields: Record<string, unknown>) {
  const written: { stream: 'stdout' | 'stderr'; line: string }[] = [];
  const streams = {
    stdout: (line: string) => void written.push({ stream: 'stdout', line }),
    stderr: (line: string) => void written.push({ stream: 'stderr', line }),
  };
  const write = (line: string, lineLevel: LogLevel) => writeToHost(line, lineLevel, streams);
  createJsonLog({ write, clock: createSteppedClock(0), redactor: createRedactor(), level: 'debug' })[level](
    event,
    fields,
  );
  return written;
}

it.each<{ level: LogLevel; host: string }>([
  { level: 'debug', host: 'Information' },
  { level: 'info', host: 'Information' },
  { level: 'warn', host: 'Warning' },
  { level: 'error', host: 'Error' },
])('a line of level $level is $host at the host, with any text in it', ({ level, host }) => {
  for (const fields of [{}, { detail: 'Warning: a warn and an error\nsecond line', warned: 'WARN' }]) {
    const written = log(level, 'poll failed', fields);
    expect(written).toHaveLength(1);
    for (const { stream, line } of written) {
      expect(line).not.toContain('\n');
      expect(levelAtHost(stream, line)).toBe(host);
      expect(JSON.parse(line)).toMatchObject({ level, event: 'poll failed', ...fields });
    }
  }
});
