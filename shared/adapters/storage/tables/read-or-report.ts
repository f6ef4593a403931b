import type { Log } from '../../../kernel/log.ts';
import type { Row } from './rows.ts';

/** One row that cannot be read must not hide the others of its list: it is logged as `event` and left out. */
export function readOrReport<Value>(
  row: Row,
  read: (row: Row) => Value,
  { log, event }: { log: Pick<Log, 'error'>; event: string },
): Value | undefined {
  try {
    return read(row);
  } catch (error) {
    log.error(event, { key: row.key, error });
    return undefined;
  }
}
