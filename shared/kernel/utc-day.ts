import { DAY } from './clock.ts';

/** The UTC day of a time in milliseconds: `2026-01-05`. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** The first moment of the next UTC day. */
export function nextUtcDay(now: number): number {
  return (Math.floor(now / DAY) + 1) * DAY;
}

/** The first moment of a UTC day. */
export function startOfUtcDay(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

/** The first moment after a UTC day. */
export function endOfUtcDay(day: string): number {
  return nextUtcDay(startOfUtcDay(day));
}

/** The UTC month of a day: `2026-01`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** The UTC month of a time in milliseconds: `2026-01`. */
export function utcMonth(now: number): string {
  return monthOf(utcDay(now));
}

/** The first moment of the next UTC month. */
export function nextUtcMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
