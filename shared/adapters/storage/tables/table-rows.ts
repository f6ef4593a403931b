import { odata, type TableClient, type TableEntity, type TransactionAction } from '@azure/data-tables';
import { createOnNeed } from '../account/create-on-need.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';
import { assertWritable } from './row-limits.ts';
import type { Change, Fields, KeyRange, ListRange, Row, Rows } from './rows.ts';

/**
 * Rows in one table of Azure Table Storage, which the first use makes where it is missing: by `create`, which may make
 * others as well.
 */
export function createTableRows(table: TableClient, create: () => Promise<unknown> = () => table.createTable()): Rows {
  const onNeed = createOnNeed(create);
  return {
    async find(partition, key) {
      try {
        return toRow(await onNeed(() => table.getEntity<Record<string, unknown>>(partition, key)));
      } catch (error) {
        if (isRefused(error)) return undefined;
        throw toStorageError(error);
      }
    },

    async write(partition, changes) {
      assertWritable(changes);
      const [first] = changes;
      try {
        if (changes.length === 1 && first) return [await onNeed(() => writeOne(table, partition, first))];
        const actions = changes.map((change) => toAction(partition, change));
        const answer = await onNeed(() => table.submitTransaction(actions));
        return answer.subResponses.map(({ etag }) => etag ?? '');
      } catch (error) {
        if (isRefused(error)) return undefined;
        throw toStorageError(error);
      }
    },

    async *list(partition, range = {}) {
      try {
        // The first page alone: a table that is missing later was deleted, and the rows before were rows of it.
        const { pages, first } = await onNeed(async () => {
          const opened = openPages(table, partition, range);
          return { pages: opened, first: await opened.next() };
        });
        for (let page = first; !page.done; page = await pages.next()) yield* page.value.map(toRow);
      } catch (error) {
        throw toStorageError(error);
      }
    },
  };
}

/** Of the service. */
const MOST_IN_AN_ANSWER = 1000;

function openPages(table: TableClient, partition: string, { page, ...range }: ListRange) {
  const queryOptions = { filter: buildFilter(partition, range) };
  const entities = table.listEntities<Record<string, unknown>>({ queryOptions });
  return entities.byPage(page === undefined ? {} : { maxPageSize: Math.min(MOST_IN_AN_ANSWER, page) });
}

/**
 * 404 gone, 409 exists, 412 written since: the answers to a condition. A missing table is 404 too but an error of ours.
 */
function isRefused(error: unknown): boolean {
  const { status, code } = describeStorageError(error);
  if (code === 'TableNotFound' || code === 'TableBeingDeleted') return false;
  return status === 404 || status === 409 || status === 412;
}

async function writeOne(table: TableClient, partition: string, change: Change): Promise<string> {
  switch (change.kind) {
    case 'insert':
      return (await table.createEntity(toEntity(partition, change))).etag ?? '';
    case 'replace':
      return (await table.updateEntity(toEntity(partition, change), 'Replace', { etag: change.version })).etag ?? '';
    case 'put':
      return (await table.upsertEntity(toEntity(partition, change), 'Replace')).etag ?? '';
    case 'remove':
      await table.deleteEntity(partition, change.key, change.version === undefined ? {} : { etag: change.version });
      return '';
  }
}

function toAction(partition: string, change: Change): TransactionAction {
  switch (change.kind) {
    case 'insert':
      return ['create', toEntity(partition, change)];
    case 'replace':
      return ['update', toEntity(partition, change), 'Replace', { etag: change.version }];
    case 'put':
      return ['upsert', toEntity(partition, change), 'Replace'];
    case 'remove':
      return ['delete', { partitionKey: partition, rowKey: change.key }];
  }
}

function toEntity(partition: string, { key, fields }: { key: string; fields: Fields }): TableEntity {
  const properties = Object.entries(fields).map(([name, value]) => [
    name,
    // Untyped JSON numbers are 32 bit integers to the service; times in milliseconds are not.
    typeof value === 'number' ? { type: 'Double', value } : value,
  ]);
  return { ...Object.fromEntries(properties), partitionKey: partition, rowKey: key };
}

const SERVICE_PROPERTIES = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

function toRow(entity: Record<string, unknown>): Row {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(entity)) {
    if (SERVICE_PROPERTIES.has(name)) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') fields[name] = value;
  }
  return { key: String(entity['rowKey']), fields, version: String(entity['etag']) };
}

function buildFilter(partition: string, { from, before }: KeyRange): string {
  const conditions = [odata`PartitionKey eq ${partition}`];
  if (from !== undefined) conditions.push(odata`RowKey ge ${from}`);
  if (before !== undefined) conditions.push(odata`RowKey lt ${before}`);
  return conditions.join(' and ');
}
