import * as z from 'zod';
import { Sha } from './commit.ts';
import { Instant } from './instant.ts';

/** Between which commits the same version was audited before, and which references named them then. */
export const EarlierAudit = z.object({
  auditedAt: Instant,
  ranges: z.array(
    z.object({
      repository: z.string(),
      branch: z.string(),
      fromRef: z.string(),
      /** null: from the root. */
      fromSha: Sha.nullable(),
      toRef: z.string(),
      toSha: Sha,
    }),
  ),
});
export type EarlierAudit = z.infer<typeof EarlierAudit>;
export type EarlierRange = EarlierAudit['ranges'][number];
