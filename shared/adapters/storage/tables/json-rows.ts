import type * as z from 'zod';

import { TaskError } from '../../../kernel/errors.ts';
import type { Log, LogFields } from '../../../kernel/log.ts';
import { parseOptions } from '../../../kernel/parse-options.ts';
import { readOrReport } from './read-or-report.ts';
import { MAX_CHANGES, MAX_STRING_LENGTH } from './row-limits.ts';
import type { Change, Row, Rows } from './rows.ts';
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
  /** The same for many, a hundred in each request. */
  putAll(values: ReadonlyMap<string, Value>): Promise<void>;
  /** Writes only if nothing was written since `version` (`undefined`: only if there is nothing). */
  putIf(name: string, value: Value, version: string | undefined): Promise<boolean>;
  /** The same for many, a hundred in each request. One that was written since keeps none of the others back. */
  putAllIf(values: readonly { name: string; value: Value; version: string | undefined }[]): Promise<void>;
  remove(name: string): Promise<void>;
}

/** `schemaOf` is called for the first value that is read, and may be called again: it gives the same schema. */
export function createJsonRows<Value>(
  rows: Rows,
  partition: string,
  schemaOf: () => z.ZodType<Value>,
): JsonRows<Value> {
  const read = (row: Row): Versioned<Value> => ({
    name: String(row.fields['name']),
    value: parseValue(row, schemaOf()),
    version: row.version,
  });
  const toFields = (name: string, value: Value) => {
    const json = JSON.stringify(value);
    if (json.length > MAX_STRING_LENGTH) throw new RangeError(`The value of ${name} is too large to be stored`);
    return { name, json };
  };
  const toPut = (name: string, value: Value): Change => ({
    kind: 'put',
    key: buildTableKey(name),
    fields: toFields(name, value),
  });
  const toConditional = (name: string, value: Value, version: string | undefined): Change => {
    const key = buildTableKey(name);
    const fields = toFields(name, value);
    return version === undefined ? { kind: 'insert', key, fields } : { kind: 'replace', key, fields, version };
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
      await rows.write(partition, [toPut(name, value)]);
    },
    async putAll(values) {
      const changes = [...values].map(([name, value]) => toPut(name, value));
      for (const some of inTransactions(changes)) await rows.write(partition, some);
    },
    async putIf(name, value, version) {
      return (await rows.write(partition, [toConditional(name, value, version)])) !== undefined;
    },
    async putAllIf(values) {
      const changes = values.map(({ name, value, version }) => toConditional(name, value, version));
      for (const some of inTransactions(changes)) {
        const written = await rows.write(partition, some);
        // All or none: where a condition does not hold each is written for itself.
        if (!written && some.length > 1) for (const change of some) await rows.write(partition, [change]);
      }
    },
    async remove(name) {
      await rows.write(partition, [{ kind: 'remove', key: buildTableKey(name) }]);
    },
  };
}

function inTransactions(changes: readonly Change[]): Change[][] {
  const count = Math.ceil(changes.length / MAX_CHANGES);
  return Array.from({ length: count }, (_, at) => changes.slice(at * MAX_CHANGES, (at + 1) * MAX_CHANGES));
}

function parseValue<Value>({ key, fields }: Row, schema: z.ZodType<Value>): Value {
  let json: unknown;
  try {
    json = JSON.parse(String(fields['json']));
  } catch (error) {
    throw new TaskError('unexpected', { detail: `the row ${key} is not JSON`, cause: error });
  }
  const parsed = schema.safeParse(json, parseOptions(schema));
  if (!parsed.success)
    throw new TaskError('unexpected', { detail: `the row ${key} cannot be read`, cause: parsed.error });
  return parsed.data;
}
