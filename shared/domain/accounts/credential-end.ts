import { DAY } from '../../kernel/clock.ts';

/** People are to know of the end of a credential from so many whole days before. */
export const ENDS_SOON_DAYS = 14;

/** Whole days until a credential ends, negative once it has ended; infinite where no date is known. */
export function daysUntilEnd(expiresAt: string | undefined, now: number): number {
  const end = Date.parse(expiresAt ?? '');
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : Math.floor((end - now) / DAY);
}
