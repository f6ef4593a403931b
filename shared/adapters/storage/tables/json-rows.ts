import type { z } from 'zod';

import { TaskError } from '../../../kernel/errors.ts';
import type { Log, LogFields } from '../../../kernel/log.ts';
import { readOrReport } from './read-or-report.ts';
import { MAX_STRING_LENGTH } from './row-limits.ts';
import type { Row, Rows } from './rows.ts';
import { buildTableKey } from './table-key.ts';

interface Versioned<Value> {
  /** The name the value was stored under. */
  name: string;
  value: Value;
  version: string;
}

/** Small values by name in one partition, each as JSON, checked when read. What the little ports are made of. */
export interface JsonRows<Value> {
  find(name: string): Promise<Versioned<Value> | undefined>;
  /** One that cannot be read is logged and left out. */
  list(log: Pick<Log, 'error'>): Promise<Versioned<Value>[]>;
  /** @throws {RangeError} when the value does not fit into a table property. */
  put(name: string, value: Value): Promise<void>;
  /** Writes only if nothing was written since `version` (`undefined`: only if there is nothing). */
  putIf(name: string, value: Value, version: string | undefined): Promise<boolean>;
  remove(name: string): Promise<void>;
}

export function createJsonRows<Value>(rows: Rows, partition: string, schema: z.ZodType<Value>): JsonRows<Value> {
  const read = (row: Row): Versioned<Value> => ({
    name: String(row.fields['name']),
    value: parseValue(row, schema),
    version: row.version,
  });
  const toFields = (name: string, value: Value) => {
    const json = JSON.stringify(value);
    if (json.length > MAX_STRING_LENGTH) throw new RangeError(`The value of ${name} is too large to be stored`);
    return { name, json };
  };

  return {
    async find(name) {
      const row = await rows.find(partition, buildTableKey(name));
      return row && read(row);
    },
    async list(log) {
      const found: Versioned<Value>[] = [];
      const about = { error: (event: string, fields?: LogFields) => log.error(event, { partition, ...fields }) };
      for await (const row of rows.list(partition)) {
        const value = readOrReport(row, read, { log: about, event: 'state row unreadable' });
        if (value) found.push(value);
      }
      return found;
    },
    async put(name, value) {
      await rows.write(partition, [{ kind: 'put', key: buildTableKey(name), fields: toFields(name, value) }]);
    },
    async putIf(name, value, version) {
      const key = buildTableKey(name);
      const fields = toFields(name, value);
      const change =
        version === undefined
          ? ({ kind: 'insert', key, fields } as const)
          : ({ kind: 'replace', key, fields, version } as const);
      return (await rows.write(partition, [change])) !== undefined;
    },
    async remove(name) {
      await rows.write(partition, [{ kind: 'remove', key: buildTableKey(name) }]);
    },
  };
}

function parseValue<Value>({ key, fields }: Row, schema: z.ZodType<Value>): Value {
  let json: unknown;
  try {
    json = JSON.parse(String(fields['json']));
  } catch (error) {
    throw new TaskError('unexpected', { detail: `the row ${key} is not JSON`, cause: error });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new TaskError('unexpected', { detail: `the row ${key} cannot be read`, cause: parsed.error });
  return parsed.data;
}
