import type { RunLedger } from '../../../domain/ports/run-ledger.ts';
import type { DayFile } from '../../../domain/runs/archive/day-file.ts';
import { fromRunDocument, type RunDocument } from '../../../domain/runs/archive/run-document.ts';
import { listSubjects } from '../../../domain/runs/subjects.ts';
import { utcDay } from '../../../kernel/utc-day.ts';
import { type KeptDayFiles, listKeptDays, openKeptDay } from './kept-days.ts';

/**
 * The run ledger as audits read it: the runs it has, and from the kept days those that have left it since or cannot be
 * read there any more. Each run once. The hash of a day is known from the next one. @throws {TaskError} `storage-*`,
 * and `evidence-damaged` where a kept day was changed.
 */
export function joinArchive(ledger: Pick<RunLedger, 'listSince'>, files: KeptDayFiles): Pick<RunLedger, 'listSince'> {
  return {
    async *listSince(subject, since, onUnreadable) {
      const seen = new Set<string>();
      const unreadable = new Set<string>();
      for await (const run of ledger.listSince(subject, since, (runId) => unreadable.add(runId))) {
        seen.add(run.runId);
        yield run;
      }
      for await (const document of listKeptRuns(files, since)) {
        if (seen.has(document.runId) || !listSubjects(document.task).includes(subject)) continue;
        unreadable.delete(document.runId);
        yield fromRunDocument(document);
      }
      for (const runId of unreadable) onUnreadable(runId);
    },
  };
}

/**
 * The kept runs that were created at or after a time, those of the newest day first. @throws {TaskError}
 * `evidence-damaged`
 */
export async function* listKeptRuns(files: KeptDayFiles, since: number): AsyncGenerator<RunDocument, void> {
  const days = await listKeptDays(files);
  const first = utcDay(since);
  const isDeleted = (day: string) => days.every((kept) => day < kept);
  let [next]: ({ day: string; sha256?: string } | null | undefined)[] = days.slice(-1).map((day) => ({ day }));
  // Each day names the one before, so that one that is missing in between is noticed; those before the first were
  // deleted after their time.
  while (next && next.day >= first && !isDeleted(next.day)) {
    // A run that was open for long stands in a later file than that of its own day, never in an earlier one.
    const { runs, previous }: DayFile = await openKeptDay(next, files);
    for (const run of runs.toReversed()) if (Date.parse(run.createdAt) >= since) yield run;
    next = previous;
  }
}
