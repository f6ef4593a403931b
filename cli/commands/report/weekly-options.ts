import * as z from 'zod';
import { DAY } from '../../../shared/kernel/clock.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';

export const ReportWeeklyOptions = z.object({
  since: durationUpTo(366 * DAY, '366d').optional(),
  project: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().map((key) => key.toUpperCase()))
    .default([]),
  map: z.string().optional(),
  out: z.string().min(1).optional(),
  issue: z.string().optional(),
  webhook: z
    .string()
    .regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/i, 'must be the alias of a webhook, such as team_a')
    .optional(),
  week: z.string().optional(),
  again: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ReportWeeklyOptions = z.infer<typeof ReportWeeklyOptions>;
