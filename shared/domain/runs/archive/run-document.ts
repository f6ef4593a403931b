import * as z from 'zod';
import { toIso } from '../../../kernel/to-iso.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { type ChainedEvent, chainEvents } from '../event-chain.ts';
import type { Run, RunEvent } from '../run.ts';
import { RunFactsSchema, RunResultSchema, RunStateSchema } from '../run-schema.ts';
import { Task } from '../task.ts';

const Time = z.iso.datetime();

const EventDocument = z.object({
  at: Time,
  name: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  previous: z.string().nullable(),
  sha256: z.string(),
});

/**
 * A run with all its events as one line of JSON: what `cmap runs export` prints and the archive keeps. Times are ISO
 * text.
 */
export const RunDocument = z.object({
  runId: z.string(),
  state: RunStateSchema,
  attempt: z.number(),
  interruptions: z.number().optional(),
  task: Task(),
  createdAt: Time,
  updatedAt: Time,
  runner: z.string().optional(),
  parkedUntil: Time.optional(),
  parkedReason: z.string().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  facts: RunFactsSchema().optional(),
  result: RunResultSchema().optional(),
  notified: z.boolean(),
  events: z.array(EventDocument),
});
export type RunDocument = z.infer<typeof RunDocument>;

/** A run and its events, which are hashed as a chain. */
export function toRunDocument(run: Run, events: readonly RunEvent[]): RunDocument {
  return { ...runToJson(run), events: chainEvents(events).map(toEventDocument) };
}

/** A run in words that scripts can rely on, without its events; times as ISO text. */
export function runToJson(run: Run): Omit<RunDocument, 'events'> {
  const { runId, task, state, attempt, interruptions, createdAt, updatedAt, runner, parkedUntil, notified } = run;
  const { parkedReason, code, detail, facts, result } = run;
  return {
    runId,
    state,
    attempt,
    ...(interruptions === undefined ? {} : { interruptions }),
    task,
    createdAt: toIso(createdAt),
    updatedAt: toIso(updatedAt),
    ...(runner === undefined ? {} : { runner }),
    ...(parkedUntil === undefined ? {} : { parkedUntil: toIso(parkedUntil) }),
    ...(parkedReason === undefined ? {} : { parkedReason }),
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    ...(facts ? { facts } : {}),
    ...(result ? { result } : {}),
    notified,
  };
}

/** The run of a document, as the ledger knew it. */
export function fromRunDocument({ events: _, ...document }: RunDocument): Run {
  const { createdAt, updatedAt, parkedUntil, ...rest } = withoutUndefined(document);
  return {
    ...rest,
    createdAt: Date.parse(createdAt),
    updatedAt: Date.parse(updatedAt),
    ...(parkedUntil === undefined ? {} : { parkedUntil: Date.parse(parkedUntil) }),
  };
}

/** The first event of a document whose hash does not follow from it and the ones before; `undefined` when all do. */
export function findBrokenEvent({ runId, events }: RunDocument): string | undefined {
  const chained = chainEvents(events.map((event) => ({ ...withoutUndefined(event), runId, at: Date.parse(event.at) })));
  const broken = events.find(
    ({ previous, sha256 }, index) => previous !== chained[index]?.previous || sha256 !== chained[index]?.sha256,
  );
  return broken?.name;
}

function toEventDocument({ at, name, fields, previous, sha256 }: ChainedEvent): RunDocument['events'][number] {
  return { at: toIso(at), name, ...(fields ? { fields } : {}), previous, sha256 };
}
