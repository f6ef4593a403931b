import * as z from 'zod';

import { DAY, HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';

const UNITS: Readonly<Record<string, number>> = { s: SECOND, min: MINUTE, m: MINUTE, h: HOUR, d: DAY };

/** `90s`, `15m`, `2h` or `1d` in milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})\s*(s|min|m|h|d)$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  return ms > 0 ? ms : undefined;
}

const NEEDED = 'needs a duration such as 90s, 15m, 2h or 1d';

function refuseDuration(text: string): string {
  return `${text} is no duration; write 90s, 15m, 2h or 1d`;
}

/** An option such as `90s`, `15m`, `2h` or `1d`, as it was given. */
export const durationText = z
  .string(NEEDED)
  .refine((text) => parseDuration(text) !== undefined, { error: ({ input }) => refuseDuration(String(input)) });

/** An option such as `90s`, `15m`, `2h` or `1d`, in milliseconds; more than nothing and at most `maxMs`. */
export function durationUpTo(maxMs: number, maxText: string) {
  return z.string(NEEDED).transform((text, context): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= maxMs) return ms;
    const message = ms !== undefined ? `${text} is too long; at most ${maxText}` : refuseDuration(text);
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}
