/** What a row holds. A string has at most 32,768 UTF-16 characters; long data belongs into artefacts. */
export type Fields = Record<string, string | number | boolean>;

export interface Row {
  key: string;
  fields: Fields;
  /** Changes with every write; pass it back to write only if no other writer did. */
  version: string;
}

export type Change =
  /** Refused when the key exists. */
  | { kind: 'insert'; key: string; fields: Fields }
  /** Refused when the row is gone or was written since `version`. */
  | { kind: 'replace'; key: string; fields: Fields; version: string }
  /** Overwrites an existing row. */
  | { kind: 'put'; key: string; fields: Fields }
  /** Refused when the row is gone, or was written since `version` (a lone change only; see `write`). */
  | { kind: 'remove'; key: string; version?: string };

export interface KeyRange {
  /** Inclusive. */
  from?: string;
  /** Exclusive. */
  before?: string;
}

export interface ListRange extends KeyRange {
  /** Rows in one answer of the service, where few will be read; as many as it gives unless said. */
  page?: number;
}

/**
 * The one thing the durable state is built on: rows in partitions, ordered by key, with compare-and-set and
 * all-or-nothing writes inside a partition. Keys come from `buildTableKey`.
 * Every method throws {TaskError} `storage-unavailable` or `storage-refused`.
 */
export interface Rows {
  find(partition: string, key: string): Promise<Row | undefined>;
  /**
   * Does all changes (1 to 100, each key once) or none, in one request. Resolves to the new versions in the order of
   * the changes ('' for a removed row), or to `undefined` when a condition did not hold. A `remove` with a version
   * stands alone: the service has no condition for it inside a transaction.
   */
  write(partition: string, changes: readonly Change[]): Promise<string[] | undefined>;
  /** In key order, page by page. */
  list(partition: string, range?: ListRange): AsyncIterable<Row>;
}
