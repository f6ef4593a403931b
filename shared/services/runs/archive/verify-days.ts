import { createDaysCheck, type DaysReport } from '../../../domain/runs/archive/check-days.ts';
import { dayPath, type KeptDay } from '../../../domain/runs/archive/day-file.ts';
import { type KeptDayFiles, listKeptDays, readKeptDay } from './kept-days.ts';

/**
 * Checks every kept day and that none is missing, one file at a time. With `expected`, the last day the deployment says
 * it kept, it is seen too when days at the end are gone or the last one was changed, for which no later day vouches.
 */
export async function verifyDays(files: KeptDayFiles, expected?: KeptDay): Promise<DaysReport> {
  const check = createDaysCheck();
  for (const day of await listKeptDays(files)) check.add(day, await readKeptDay({ day }, files));
  const report = check.end();
  const { last } = report;
  if (!expected || (last && last.day > expected.day)) return report;
  if (last?.day !== expected.day)
    return withProblem(report, `${dayPath(expected.day)} is missing: it was the last day that was kept.`);
  if (last.sha256 === expected.sha256) return report;
  return withProblem(report, `${dayPath(expected.day)} was changed: it is not the file that was kept.`);
}

function withProblem(report: DaysReport, problem: string): DaysReport {
  return { ...report, problems: [...report.problems, problem] };
}
