import type { PurgeStep } from '../../../domain/ports/purge-step.ts';
import { type Clock, DAY, HOUR } from '../../../kernel/clock.ts';
import type { Change, KeyRange, Row, Rows } from './rows.ts';
import { buildKeyRange, buildTableKey, oldestFirst, shortKeyPart } from './table-key.ts';

export interface AgeIndexDeps {
  rows: Rows;
  clock: Pick<Clock, 'now'>;
}

export interface IndexedRows {
  partition: string;
  /** The rows that grow old stand in this range; all of the partition but the index unless said otherwise. */
  range?: KeyRange;
  /** Rows of one group are purged together; `undefined` for a row that is kept. */
  groupOf: (row: Row) => string | undefined;
}

/** Rows of six hours. */
export interface AgedStep {
  keys: string[];
  /** Whether a time is in it. */
  has(at: number): boolean;
}

/** Finds rows by their age, so that a purge reads what it deletes. A row has its time in the field `at`. */
export interface AgeIndex {
  /** The index row; written in one request with the row it finds. */
  put(group: string, key: string, at: number): Change;
  /** Deletes rows of a group older than a time, and looks at no more than `limit` of them. */
  purge(group: string, before: number, limit: number): Promise<PurgeStep>;
  /**
   * Keys of rows of a group that were written from `since` to before `before`, in steps of six hours, the newest step
   * first. A row that was written again since stands in a later step as well, or after all of them.
   */
  listSteps(group: string, period: { since: number; before: number }): AsyncIterable<AgedStep>;
  /** Gives index rows to the next thousand rows that may have none; true while there are more of them. */
  indexRest(): Promise<boolean>;
}

/** Sorts after every other key, so that neither a list of rows by their keys nor the walk over them reads the index. */
const INDEX = '~aged';
const WALK = '~walk';
/** A row that is written again and again has an index row for each span; a purge reads the last span in vain. */
const SPAN_MS = 6 * HOUR;
const WALK_ROWS = 1000;
const ROWS_PER_WRITE = 100;
/** Rows without an index row are those of the version before, also of one that was put back for a while. */
const WALK_EVERY_MS = 30 * DAY;

/** `~aged:<group>:<span>:<key>` beside the rows themselves, in their partition. */
export function createAgeIndex({ rows, clock }: AgeIndexDeps, indexed: IndexedRows): AgeIndex {
  const { partition, range = {}, groupOf } = indexed;

  const put = (group: string, key: string, at: number): Change => ({
    kind: 'put',
    key: buildTableKey(INDEX, group, spanOf(at), shortKeyPart(key)),
    fields: { row: key, at },
  });

  /** True when the row was deleted. An index row whose row is gone, or was written again since, goes by itself. */
  const purgeOne = async (entry: Row, before: number): Promise<boolean> => {
    const row = await rows.find(partition, String(entry.fields['row']));
    const isOld = row !== undefined && !(Number(row.fields['at']) >= before);
    // Refused when it was written since it was read; the next purge decides again.
    if (isOld && !(await rows.write(partition, [{ kind: 'remove', key: row.key, version: row.version }]))) return false;
    await rows.write(partition, [{ kind: 'remove', key: entry.key, version: entry.version }]);
    return isOld;
  };

  const readWalk = async (): Promise<{ startedAt: number; from: string; done: boolean }> => {
    const fields = (await rows.find(partition, WALK))?.fields ?? {};
    const startedAt = Number(fields['startedAt'] ?? 0);
    const isDue = fields['done'] !== false && clock.now() - startedAt >= WALK_EVERY_MS;
    if (isDue) return { startedAt: clock.now(), from: range.from ?? '', done: false };
    return { startedAt, from: String(fields['from'] ?? ''), done: fields['done'] === true };
  };

  return {
    put,

    async purge(group, before, limit) {
      const { from } = buildKeyRange(INDEX, group);
      const end = buildKeyRange(INDEX, group, spanOf(before)).before;
      let purged = 0;
      let looked = 0;
      for await (const entry of rows.list(partition, { from, before: end })) {
        if (Number(entry.fields['at']) >= before) continue;
        if (looked >= limit) return { purged, more: true };
        looked += 1;
        if (await purgeOne(entry, before)) purged += 1;
      }
      return { purged, more: false };
    },

    async *listSteps(group, { since, before }) {
      const first = startOfSpan(since);
      for (let start = startOfSpan(before - 1); start >= first; start -= SPAN_MS) {
        const range = buildKeyRange(INDEX, group, spanOf(start));
        const keys: string[] = [];
        for await (const { fields } of rows.list(partition, range)) keys.push(String(fields['row']));
        yield { keys, has: (at) => startOfSpan(at) === start };
      }
    },

    async indexRest() {
      const walk = await readWalk();
      if (walk.done) return false;
      const { found, next } = await listStep(rows.list(partition, { before: INDEX, ...range, from: walk.from }));
      const changes = found.flatMap((row): Change[] => {
        const group = groupOf(row);
        return group === undefined ? [] : [put(group, row.key, Number(row.fields['at']) || 0)];
      });
      for (let start = 0; start < changes.length; start += ROWS_PER_WRITE)
        await rows.write(partition, changes.slice(start, start + ROWS_PER_WRITE));
      const fields = { startedAt: walk.startedAt, from: next ?? '', done: next === undefined };
      await rows.write(partition, [{ kind: 'put', key: WALK, fields }]);
      return next !== undefined;
    },
  };
}

/** The first rows of a list, and the key of the one after them. */
async function listStep(list: AsyncIterable<Row>): Promise<{ found: Row[]; next?: string }> {
  const found: Row[] = [];
  for await (const row of list) {
    if (found.length >= WALK_ROWS) return { found, next: row.key };
    found.push(row);
  }
  return { found };
}

function spanOf(at: number): string {
  return oldestFirst(startOfSpan(at));
}

function startOfSpan(at: number): number {
  return Math.max(0, Math.floor(at - (at % SPAN_MS)));
}
