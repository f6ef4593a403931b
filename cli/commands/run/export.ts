import * as z from 'zod';
import { csvField } from '../../../shared/domain/audit/render/render-csv.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { type RunDocument, toRunDocument } from '../../../shared/domain/runs/archive/run-document.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
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
 * the days that are kept. Nothing is held back, however many there are; an export without runs is empty. A run whose
 * rows cannot be read is named on standard error and stops none of the others; the exit code is 1 then.
 */
export async function runsExport(
  { since, format, json }: RunsExportOptions,
  io: CliIO,
  tools: ExportTools = createTools(io),
): Promise<number> {
  const isCsv = format === 'csv' && !json;
  if (isCsv) io.print(csvLine(HEADING));
  let unreadable = 0;
  const onUnreadable = (runId: string, error: unknown) => {
    unreadable += 1;
    io.warn(`${runId} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  };
  for await (const run of listDocuments(io.clock.now(), since, tools, onUnreadable)) {
    if (isCsv) for (const event of run.events) io.print(csvLine(toCells(run, event)));
    else io.print(JSON.stringify(run));
  }
  return unreadable > 0 ? 1 : 0;
}

async function* listDocuments(
  now: number,
  age: number,
  tools: ExportTools,
  onUnreadable: (runId: string, error: unknown) => void,
): AsyncGenerator<RunDocument, void> {
  const since = Math.max(0, now - age);
  const { ledger } = await tools.storage();
  const seen = new Set<string>();
  // Clocks differ: what was created a moment from now counts too.
  for (const runId of (await ledger.listCreated(since, now + DAY)).reverse()) {
    const document = await readDocument(runId, ledger, onUnreadable);
    if (!document) continue;
    seen.add(runId);
    yield document;
  }
  // A run that cannot be read in the tables may be in a day that was kept before.
  for await (const run of listKeptRuns(await tools.ledgerFiles(), since)) if (!seen.has(run.runId)) yield run;
}

/** `undefined` where it has left the tables meanwhile, or cannot be read. @throws {TaskError} `storage-*` */
async function readDocument(
  runId: string,
  ledger: Pick<RunLedger, 'find' | 'listEvents'>,
  onUnreadable: (runId: string, error: unknown) => void,
): Promise<RunDocument | undefined> {
  try {
    const run = await ledger.find(runId);
    return run && toRunDocument(run, await ledger.listEvents(runId));
  } catch (error) {
    if (error instanceof TaskError && error.code.startsWith('storage-')) throw error;
    onUnreadable(runId, error);
    return undefined;
  }
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
