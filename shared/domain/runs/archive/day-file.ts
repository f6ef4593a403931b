import * as z from 'zod';
import { parseJson } from '../../../kernel/parse-json.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { RunDocument } from './run-document.ts';

const Day = z.iso.date();

/** A day that is kept, by which the next one names it. */
export const KeptDay = z.object({
  /** UTC, `2026-11-27`. */
  day: Day,
  /** SHA-256 of the whole file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type KeptDay = z.infer<typeof KeptDay>;

const Header = z.object({
  schema: z.literal('cmap.ledger.v1'),
  day: Day,
  /** The file of the day before, null in the first one. */
  previous: KeptDay.nullable(),
  /** Lines that follow, a run each. */
  runs: z.int(),
  /** Runs that had not ended, or were not notified of, by the end of the day: each is in the file of a later day. */
  open: z.array(z.string()),
  /** Runs that could not be kept: gone before they were finished, or unreadable, which the next day tries again. */
  lost: z.array(z.object({ runId: z.string(), reason: z.enum(['unreadable', 'gone']) })),
  /** SHA-256 of all lines that follow. */
  sha256: z.string(),
});

/** The runs of one UTC day as they are kept: those that were created on it, or on an earlier day and finished since. */
export interface DayFile extends Omit<z.infer<typeof Header>, 'schema' | 'runs' | 'sha256'> {
  runs: RunDocument[];
}

/**
 * As JSONL: the first line says what follows and names the day before, so that files are a chain; then a run on each
 * line.
 */
export function formatDayFile({ day, previous, runs, open, lost }: DayFile): string {
  const body = runs.map((run) => `${JSON.stringify(run)}\n`).join('');
  const header = { schema: 'cmap.ledger.v1', day, previous, runs: runs.length, open, lost, sha256: sha256(body) };
  return `${JSON.stringify(header)}\n${body}`;
}

/** Reads a file, or says what is wrong with it: it was cut, changed by hand, or never one of ours. */
export function parseDayFile(text: string): { file: DayFile } | { problem: string } {
  const end = text.indexOf('\n');
  const header = parseLine(Header, text.slice(0, end));
  if (end < 0 || !header) return { problem: 'its first line is not that of a kept day' };
  const body = text.slice(end + 1);
  if (sha256(body) !== header.sha256) return { problem: 'its lines are not those its first line names' };
  const lines = body.split('\n').slice(0, -1);
  const runs = lines.map((line) => parseLine(RunDocument, line)).filter((run) => run !== undefined);
  if (runs.length !== lines.length || runs.length !== header.runs) return { problem: 'not every line is a run' };
  const { day, previous, open, lost } = header;
  return { file: { day, previous, runs, open, lost } };
}

/** The runs a later day has to name, and why this one did not keep them. */
export function listAwaited({ open, lost }: Pick<DayFile, 'open' | 'lost'>): Map<string, 'open' | 'unreadable'> {
  const awaited = new Map<string, 'open' | 'unreadable'>(open.map((runId) => [runId, 'open']));
  for (const { runId, reason } of lost) if (reason === 'unreadable') awaited.set(runId, reason);
  return awaited;
}

/** `days/2026-11-27.jsonl` */
export function dayPath(day: string): string {
  return `${DAYS}${day}.jsonl`;
}

/** The folder of all days. */
export const DAYS = 'days/';

/** The day of a file; `undefined` for what is none of ours. */
export function parseDayPath(path: string): string | undefined {
  const day = /^days\/(.+)\.jsonl$/.exec(path)?.[1];
  return Day.safeParse(day).data;
}

function parseLine<Schema extends z.ZodType>(schema: Schema, line: string): z.output<Schema> | undefined {
  return schema.safeParse(parseJson(line)).data;
}
