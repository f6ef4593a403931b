import { sha256 } from '../../../kernel/sha256.ts';
import { endOfUtcDay, utcDay } from '../../../kernel/utc-day.ts';
import { type DayFile, dayPath, type KeptDay, listAwaited, parseDayFile } from './day-file.ts';
import { findBrokenEvent } from './run-document.ts';

/** What a look at the kept days found. */
export interface DaysReport {
  days: number;
  runs: number;
  first?: KeptDay;
  last?: KeptDay;
  /** The day before the first one, where that one names it: it was deleted after its time, or taken away. */
  before?: string;
  /** A sentence each; empty when everything is as it was written. */
  problems: string[];
}

export interface DaysCheck {
  /** The next file, oldest day first. */
  add(day: string, text: string): void;
  end(): DaysReport;
}

/**
 * Checks kept days one after the other, without holding more than one: each file against its own hash and the one the
 * next day names, that no day is missing, that the events of each run follow each other, that no run is there twice,
 * and that a run which was open or unreadable when a day was kept is named by the next one.
 */
export function createDaysCheck(): DaysCheck {
  const report: DaysReport = { days: 0, runs: 0, problems: [] };
  const seen = new Set<string>();
  let awaited: ReturnType<typeof listAwaited> = new Map();

  const checkRuns = (file: DayFile) => {
    const { day, runs, open, lost } = file;
    const named = new Set([...open, ...lost.map(({ runId }) => runId)]);
    for (const run of runs) {
      named.add(run.runId);
      if (seen.has(run.runId)) report.problems.push(`${dayPath(day)} has ${run.runId}, which an earlier day has too.`);
      seen.add(run.runId);
      const broken = findBrokenEvent(run);
      if (broken !== undefined)
        report.problems.push(`${dayPath(day)}: the events of ${run.runId} were changed at "${broken}".`);
    }
    for (const [runId, why] of awaited)
      if (!named.has(runId))
        report.problems.push(`${dayPath(day)} does not say what became of ${runId}, which was ${why}.`);
    awaited = listAwaited(file);
    report.runs += runs.length;
  };

  return {
    add(day, text) {
      const parsed = parseDayFile(text);
      const last = report.last;
      const kept = { day, sha256: sha256(text) };
      report.days += 1;
      report.first ??= kept;
      report.last = kept;
      if ('problem' in parsed) {
        report.problems.push(`${dayPath(day)} was changed: ${parsed.problem}.`);
        awaited = new Map();
        return;
      }
      const { file } = parsed;
      if (file.day !== day) report.problems.push(`${dayPath(day)} holds another day, ${file.day}.`);
      report.problems.push(...findGap(last, day, file.previous));
      if (!last && file.previous) report.before = file.previous.day;
      // What was not kept when a missing day was kept is not known.
      if (last?.day !== file.previous?.day) awaited = new Map();
      checkRuns(file);
    },
    end: () => report,
  };
}

function findGap(last: KeptDay | undefined, day: string, previous: KeptDay | null): string[] {
  if (!last) return [];
  const expected = utcDay(endOfUtcDay(last.day));
  if (day !== expected) {
    const until = previous && previous.day !== expected ? ` to ${dayPath(previous.day)}` : '';
    return [`${dayPath(expected)}${until} is missing.`];
  }
  if (!previous) return [`${dayPath(day)} says it is the first day, and ${dayPath(last.day)} is there.`];
  if (previous.sha256 === last.sha256) return [];
  return [`${dayPath(last.day)} was changed: it is not the file that ${dayPath(day)} names.`];
}
