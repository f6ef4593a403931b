import * as z from 'zod';

/** Why something could not be seen. A closed set: a report with any of these is incomplete and never clean. */
export const GAP_REASONS = [
  'forbidden',
  'not-found',
  'unauthorized',
  'shallow-clone',
  'count-mismatch',
  'throttled',
  'unavailable',
  'moved-ref',
  'history-rewritten',
  'source-unreadable',
  'version-missing',
  'limit-reached',
  'fact-not-known',
  'evidence-damaged',
  'branch-not-audited',
] as const;
export const GapReason = z.enum(GAP_REASONS);
export type GapReason = z.infer<typeof GapReason>;

/** One thing that an audit needed and could not see. */
export const Gap = z.object({
  reason: GapReason,
  /** What could not be seen: `group/app`, `PROJ`, `group/app!12`, `group/app@v2.4.0`. */
  subject: z.string(),
  /** One sentence for people. */
  detail: z.string(),
  /** What to do about it; null where nothing can be said. */
  next: z.string().nullable(),
});
export type Gap = z.infer<typeof Gap>;
