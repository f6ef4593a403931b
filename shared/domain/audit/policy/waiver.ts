import * as z from 'zod';
import { FindingRule, UNWAIVABLE } from '../catalogue/finding-rules.ts';

const WaivableRule = FindingRule.exclude(UNWAIVABLE);

/** An exception that a person has accepted, for one rule, with a reason and an end. */
export const Waiver = z.strictObject({
  rule: WaivableRule.describe('Rule of the findings it accepts.'),
  match: z
    .string()
    .min(1, 'must not be empty')
    .describe('What it is about: an issue key, a merge request as group/app!12, a SHA of 7 digits or more, or a glob.'),
  reason: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(500, 'must be at most 500 characters')
    .describe('Why the exception is acceptable; printed in the report.'),
  by: z.string().trim().min(1, 'must not be empty').describe('Who accepted it.'),
  until: z.iso.date('must be a day such as 2026-12-31').describe('Last day on which it counts, as 2026-12-31 (UTC).'),
});
export type Waiver = z.infer<typeof Waiver>;
