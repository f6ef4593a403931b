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
