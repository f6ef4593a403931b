import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { parseJsonField } from './parse-json-field.ts';
import { MAX_STRING_LENGTH } from './row-limits.ts';
import type { Change, Fields, Row, Rows } from './rows.ts';
import { buildTableKey, oldestFirst } from './table-key.ts';

const MAX_PER_WRITE = 100;
const MAX_FIELDS = 25;
const MAX_TEXT_LENGTH = 1000;

const EventRow = lazily(() =>
  z.object({
    at: z.number(),
    name: z.string(),
    fields: z
      .string()
      .transform(parseJsonField)
      .pipe(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
      .optional(),
  }),
);

/** Appends events, one partition per run, one request per hundred. */
export async function appendEvents(
  rows: Rows,
  events: readonly RunEvent[],
  redact: (text: string) => string,
): Promise<void> {
  const byRun = Map.groupBy(events, ({ runId }) => runId);
  for (const [runId, own] of byRun) {
    for (let start = 0; start < own.length; start += MAX_PER_WRITE) {
      const changes = own.slice(start, start + MAX_PER_WRITE).map((event) => toInsert(event, redact));
      await rows.write(buildTableKey(runId), changes);
    }
  }
}

/** The rows of appended events from a time on, oldest first. */
export function listEventRows(rows: Rows, runId: string, since: number): AsyncIterable<Row> {
  const range = since > 0 ? { from: buildTableKey(oldestFirst(since)) } : {};
  return rows.list(buildTableKey(runId), range);
}

/** @throws {TaskError} `unexpected` when the row was not written by us. */
export function toEvent(runId: string, { fields }: Row): RunEvent {
  const parsed = EventRow().safeParse(fields);
  if (!parsed.success) throw new TaskError('unexpected', { detail: 'a run event cannot be read', cause: parsed.error });
  return { runId, ...withoutUndefined(parsed.data) };
}

/** Forgets all appended events of a run. */
export async function removeEvents(rows: Rows, runId: string): Promise<void> {
  const partition = buildTableKey(runId);
  const keys: string[] = [];
  for await (const { key } of rows.list(partition)) keys.push(key);
  for (let start = 0; start < keys.length; start += MAX_PER_WRITE) {
    // Refused when another sweep has removed one of them meanwhile; the next sweep finds what is left.
    await rows.write(
      partition,
      keys.slice(start, start + MAX_PER_WRITE).map((key): Change => ({ kind: 'remove', key })),
    );
  }
}

let written = 0;

function toInsert(event: RunEvent, redact: (text: string) => string): Change {
  // The counter keeps events of one millisecond in order, the random part keeps two processes apart.
  written = (written + 1) % 1_000_000;
  const key = buildTableKey(oldestFirst(event.at), String(written).padStart(6, '0'), randomBytes(4).toString('hex'));
  const fields: Fields = { runId: event.runId, at: event.at, name: event.name };
  if (event.fields) fields['fields'] = toJson(event.fields, redact);
  return { kind: 'insert', key, fields };
}

function toJson(fields: NonNullable<RunEvent['fields']>, redact: (text: string) => string): string {
  const entries = Object.entries(fields).slice(0, MAX_FIELDS);
  const fitted = entries.map(([name, value]) => [
    name,
    typeof value === 'string' ? fitText(redact(value), MAX_TEXT_LENGTH) : value,
  ]);
  const json = JSON.stringify(Object.fromEntries(fitted));
  return json.length <= MAX_STRING_LENGTH ? json : JSON.stringify({ truncated: true });
}
