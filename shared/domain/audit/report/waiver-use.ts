import * as z from 'zod';
import { FindingRule } from '../catalogue/finding-rules.ts';

/** A waiver of the policy and what it did in this audit. */
export const WaiverUse = z.strictObject({
  /** Rule and match, such as `issue-without-code PROJ-2`; a number follows where these repeat. */
  id: z.string(),
  rule: FindingRule,
  match: z.string(),
  reason: z.string(),
  by: z.string(),
  until: z.string(),
  state: z.enum(['used', 'unused', 'expired']),
  /** Ids of the findings it covers; for an expired one, of those it would have covered. */
  findings: z.array(z.string()),
});
export type WaiverUse = z.infer<typeof WaiverUse>;
