import { DAY } from '../../../kernel/clock.ts';

/** From Monday 00:00 UTC to before the next, in milliseconds. */
export interface WeekSpan {
  since: number;
  until: number;
}

/** The name of the ISO week (ISO 8601) a moment lies in, such as `2026-W05`; weeks begin on Monday, in UTC. */
export function weekOf(at: number): string {
  const thursday = mondayOf(at) + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The time of a week by its name; `undefined` for a name no week has. */
export function spanOfWeek(name: string): WeekSpan | undefined {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(name) ?? [];
  if (year === undefined || week === undefined) return undefined;
  // The 4th of January lies in the first week of its year.
  const since = mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(week) - 1) * 7 * DAY;
  return weekOf(since) === name ? { since, until: since + 7 * DAY } : undefined;
}

/**
 * The week a report is about that is sent now: the one most of the last seven days lie in. So a report of Friday is
 * about its own week, and one of Monday about the week before, whichever hour the schedule has.
 */
export function weekToReport(now: number): string {
  return weekOf(now - 3.5 * DAY);
}

function mondayOf(at: number): number {
  const midnight = Math.floor(at / DAY) * DAY;
  return midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY;
}
