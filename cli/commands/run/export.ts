import { z } from 'zod';
import { csvField } from '../../../shared/domain/audit/render/render-csv.ts';
import { type ChainedEvent, chainEvents } from '../../../shared/domain/runs/event-chain.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { toIso } from '../../output/format-time.ts';
import { runToJson } from './show.ts';

export const RunsExportOptions = z.object({
  since: durationUpTo(3650 * DAY, '3650d'),
  format: z.enum(['jsonl', 'csv'], { error: 'must be jsonl or csv' }).default('jsonl'),
  json: z.boolean().default(false),
});
export type RunsExportOptions = z.infer<typeof RunsExportOptions>;

const HEADING = ['runId', 'kind', 'taskId', 'state', 'requestedBy', 'at', 'event', 'fields', 'previous', 'sha256'];

/**
 * Prints every run that was created since then, newest first, with all its events: a JSON document a line for each run, or a CSV line for
 * each event. The events of a run are hashed as a chain. Nothing is held back, however many there are; an export without runs is empty.
 */
export async function runsExport(
  { since, format, json }: RunsExportOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const { ledger } = await tools.storage();
  const isCsv = format === 'csv' && !json;
  if (isCsv) io.print(csvLine(HEADING));
  for await (const run of ledger.listSince(EVERYTHING, Math.max(0, io.clock.now() - since))) {
    const events = chainEvents(await ledger.listEvents(run.runId));
    if (isCsv) for (const event of events) io.print(csvLine(toCells(run, event)));
    else io.print(JSON.stringify({ ...runToJson(run), events: events.map(toJson) }));
  }
  return 0;
}

function toJson({ runId: _, at, ...event }: ChainedEvent) {
  return { at: toIso(at), ...event };
}

function csvLine(cells: readonly string[]): string {
  return cells.map(csvField).join(',');
}

function toCells({ task, state }: Run, { runId, at, name, fields, previous, sha256 }: ChainedEvent): string[] {
  const by = task.requestedBy ? `${task.requestedBy.service}:${task.requestedBy.id}` : '';
  const details = fields ? JSON.stringify(fields) : '';
  return [runId, task.kind, task.id, state, by, toIso(at), name, details, previous ?? '', sha256];
}
