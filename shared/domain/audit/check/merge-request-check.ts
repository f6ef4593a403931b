import * as z from 'zod';
import { Gap } from '../facts/gap.ts';
import { ReportChange } from '../report/change.ts';
import { Finding } from '../report/finding.ts';
import { AUDIT_RESULTS } from '../report/summary.ts';

/** Answer of `cmap audit check --json`. */
export const MergeRequestCheck = z.strictObject({
  schema: z.literal('cmap.audit-check.v1'),
  result: z.enum(AUDIT_RESULTS),
  change: ReportChange,
  /** `not-known`: the run ledger was not read, and the commits alone say whether the agent made the change. */
  ledger: z.enum(['read', 'not-known']),
  findings: z.array(Finding),
  gaps: z.array(Gap.strict()),
});
export type MergeRequestCheck = z.infer<typeof MergeRequestCheck>;
