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
  const utc = IN_UTC.exec(instant)?.[1];
  if (utc !== undefined) return `${utc}Z`;
  return toIso(millisecondsOf(instant));
}

/**
 * Most times of a release have this form, and to read one and to write it again costs ten times as much as to see that.
 * The last days of a month are left to the calendar.
 */
const IN_UTC =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3})(?:Z|\+00:00)$/;
