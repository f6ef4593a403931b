import * as z from 'zod';
import { FindingRule, Severity } from '../catalogue/finding-rules.ts';

/** What a finding is about; `id` is the id of that row in the report. */
export const FindingSubject = z.strictObject({
  kind: z.enum(['issue', 'change', 'commit', 'repository', 'project', 'waiver', 'gap']),
  /** `PROJ-1`, `group/app!12`, `group/app@<sha>`, `group/app`, `PROJ`, id of the waiver, subject of the gap. */
  id: z.string(),
});
export type FindingSubject = z.infer<typeof FindingSubject>;

/** Why an exception is accepted: a waiver of the policy, or another part of it. */
export const AppliedWaiver = z.strictObject({
  reason: z.string(),
  by: z.string().nullable(),
  until: z.string().nullable(),
});
export type AppliedWaiver = z.infer<typeof AppliedWaiver>;

export const Finding = z.strictObject({
  /** The same in two audits of the same thing: rule, subject and, where there are several, the other side. */
  id: z.string(),
  rule: FindingRule,
  severity: Severity,
  subject: FindingSubject,
  /** Other rows it names, such as the change of an issue. */
  related: z.array(z.string()),
  /** One or two sentences: what was expected, what is there. */
  detail: z.string(),
  /** What to do about it. */
  next: z.string(),
  /** null: it counts. Otherwise it stays in the report and does not count. */
  waived: AppliedWaiver.nullable(),
  sources: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;
