import { z } from 'zod';
import { csvField } from '../../../shared/domain/audit/render/render-csv.ts';
import { type RunDocument, toRunDocument } from '../../../shared/domain/runs/archive/run-document.ts';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { listKeptRuns } from '../../../shared/services/runs/archive/join-archive.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';

export const RunsExportOptions = z.object({
  since: durationUpTo(3650 * DAY, '3650d'),
  format: z.enum(['jsonl', 'csv'], { error: 'must be jsonl or csv' }).default('jsonl'),
  json: z.boolean().default(false),
});
export type RunsExportOptions = z.infer<typeof RunsExportOptions>;

type ExportTools = Pick<Tools, 'storage' | 'ledgerFiles'>;

const HEADING = ['runId', 'kind', 'taskId', 'state', 'requestedBy', 'at', 'event', 'fields', 'previous', 'sha256'];

/**
 * Prints every run that was created since then, newest first, with all its events: a JSON document a line for each run,
 * or a CSV line for each event. The events of a run are hashed as a chain. Runs that have left the tables follow from
 * the days that are kept. Nothing is held back, however many there are; an export without runs is empty.
 */
export async function runsExport(
  { since, format, json }: RunsExportOptions,
  io: CliIO,
  tools: ExportTools = createTools(io),
): Promise<number> {
  const isCsv = format === 'csv' && !json;
  if (isCsv) io.print(csvLine(HEADING));
  for await (const run of listDocuments(Math.max(0, io.clock.now() - since), tools)) {
    if (isCsv) for (const event of run.events) io.print(csvLine(toCells(run, event)));
    else io.print(JSON.stringify(run));
  }
  return 0;
}

async function* listDocuments(since: number, tools: ExportTools): AsyncGenerator<RunDocument, void> {
  const { ledger } = await tools.storage();
  const seen = new Set<string>();
  for await (const run of ledger.listSince(EVERYTHING, since)) {
    seen.add(run.runId);
    yield toRunDocument(run, await ledger.listEvents(run.runId));
  }
  for await (const run of listKeptRuns(await tools.ledgerFiles(), since)) if (!seen.has(run.runId)) yield run;
}

function csvLine(cells: readonly string[]): string {
  return cells.map(csvField).join(',');
}

function toCells({ runId, task, state }: RunDocument, event: RunDocument['events'][number]): string[] {
  const { at, name, fields, previous, sha256 } = event;
  const by = task.requestedBy ? `${task.requestedBy.service}:${task.requestedBy.id}` : '';
  const details = fields ? JSON.stringify(fields) : '';
  return [runId, task.kind, task.id, state, by, at, name, details, previous ?? '', sha256];
}
