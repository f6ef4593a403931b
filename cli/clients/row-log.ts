import { type Log, silentLog } from '../../shared/kernel/log.ts';
import type { CliIO } from '../io/io.ts';

/**
 * What storage says while a person waits: of each row that cannot be read one line on standard error, and nothing else.
 * A list that is read again and again names it once.
 */
export function createRowLog(io: Pick<CliIO, 'warn'>): Log {
  const said = new Set<string>();
  const log: Log = {
    ...silentLog,
    error(event, { key, runId }: { key?: unknown; runId?: unknown } = {}) {
      const line = [event, runId, key].filter((part) => part !== undefined).join(' ');
      if (said.has(line)) return;
      said.add(line);
      io.warn(
        `cmap: left out: ${line}; use a cmap as new as the deployment, or mend or delete the row in the storage account`,
      );
    },
    child: () => log,
  };
  return log;
}
