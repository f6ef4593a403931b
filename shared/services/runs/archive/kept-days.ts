import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import {
  DAYS,
  type DayFile,
  dayPath,
  type KeptDay,
  parseDayFile,
  parseDayPath,
} from '../../../domain/runs/archive/day-file.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { sha256 } from '../../../kernel/sha256.ts';

/** Files of kept days: a container of blobs, or a folder of copies of them. */
export type KeptDayFiles = Pick<Artefacts, 'find' | 'list'>;

/** The days that are kept, oldest first. */
export async function listKeptDays(files: KeptDayFiles): Promise<string[]> {
  return (await files.list(DAYS)).map(parseDayPath).filter((day) => day !== undefined);
}

/**
 * The text of a kept day, which has to have the hash where one is known.
 * @throws {TaskError} `evidence-damaged` when it is gone or another one.
 */
export async function readKeptDay(
  { day, sha256: expected }: { day: string; sha256?: string | undefined },
  files: KeptDayFiles,
): Promise<string> {
  const text = await files.find(dayPath(day));
  if (text === undefined) throw damaged(day, 'it is gone');
  if (expected !== undefined && sha256(text) !== expected) throw damaged(day, 'its SHA-256 is another one');
  return text;
}

/** What a kept day holds. @throws {TaskError} `evidence-damaged` */
export async function openKeptDay(
  kept: { day: string; sha256?: string | undefined },
  files: KeptDayFiles,
): Promise<DayFile> {
  const parsed = parseDayFile(await readKeptDay(kept, files));
  if ('problem' in parsed) throw damaged(kept.day, parsed.problem);
  return parsed.file;
}

/** The newest of them; `undefined` when none is kept. */
export async function findNewestDay(files: KeptDayFiles): Promise<KeptDay | undefined> {
  const day = (await listKeptDays(files)).at(-1);
  return day === undefined ? undefined : { day, sha256: sha256(await readKeptDay({ day }, files)) };
}

function damaged(day: string, why: string): TaskError {
  return new TaskError('evidence-damaged', {
    detail: `${dayPath(day)} of the run ledger is not what was kept: ${why}. cmap runs verify checks all days.`,
  });
}
