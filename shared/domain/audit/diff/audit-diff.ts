import * as z from 'zod';
import { Gap } from '../facts/gap.ts';
import { AUDIT_RESULTS, Coverage } from '../report/summary.ts';

export const FieldChange = z.strictObject({ field: z.string(), a: z.json(), b: z.json() });
export type FieldChange = z.infer<typeof FieldChange>;

/** What became of the rows of one list. Ids are sorted. */
export const RowsDiff = z.strictObject({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.strictObject({ id: z.string(), fields: z.array(FieldChange) })),
});
export type RowsDiff = z.infer<typeof RowsDiff>;

const Side = z.strictObject({
  fixVersion: z.string(),
  auditedAt: z.string(),
  toolVersion: z.string(),
  policySha256: z.string(),
  result: z.enum(AUDIT_RESULTS),
  coverage: Coverage,
});

/** Contents of the answer of `cmap audit diff --json`. */
export const AuditDiff = z.strictObject({
  schema: z.literal('cmap.audit-diff.v1'),
  a: Side,
  b: Side,
  /** Whether the audits say the same of the same release; when they were made and what they cost does not count. */
  same: z.boolean(),
  /** Coverage of b less coverage of a; null when one of them has none. */
  coverageDelta: z.number().nullable(),
  policyChanged: z.boolean(),
  /** By repository and branch; a moved `to` stands under `changed`. */
  ranges: RowsDiff,
  /** Tags and branches that name another commit in b than in a, and should not. */
  moved: z.array(Gap.strict().pick({ subject: true, detail: true })),
  stories: RowsDiff,
  changes: RowsDiff,
  commits: RowsDiff,
  links: RowsDiff,
  findings: RowsDiff,
  waivers: RowsDiff,
  gaps: RowsDiff,
  /** Changes that name no ticket. */
  orphans: RowsDiff.pick({ added: true, removed: true }),
});
export type AuditDiff = z.infer<typeof AuditDiff>;
