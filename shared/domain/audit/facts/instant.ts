import * as z from 'zod';
import { toIso } from '../../../kernel/to-iso.ts';

/** A moment as RFC 3339 text, with any offset. Compared with `millisecondsOf`, printed with `toUtc`. */
export const Instant = z.iso.datetime({ offset: true });
export type Instant = z.infer<typeof Instant>;

/**
 * Milliseconds since 1970; the offset it was written with does not matter. Throws RangeError when it is not a moment.
 */
export function millisecondsOf(instant: Instant): number {
  const value = Date.parse(instant);
  if (Number.isNaN(value)) throw new RangeError('The text is not a moment in time.');
  return value;
}

/** The same moment in UTC with milliseconds, so that two machines in two time zones write the same bytes. */
export function toUtc(instant: Instant): Instant {
  return toIso(millisecondsOf(instant));
}
