import * as z from 'zod';
import { parseJson } from '../../../kernel/parse-json.ts';
import { FindingRule } from '../catalogue/finding-rules.ts';
import { CallCounts } from '../facts/audit-facts.ts';

const Count = z.int().min(0);

/** Commits an audit is pinned to. */
export const ReportRange = z.strictObject({
  repository: z.string(),
  branch: z.string(),
  fromRef: z.string(),
  /** null: from the root, a first release. */
  fromSha: z.string().nullable(),
  toRef: z.string(),
  toSha: z.string(),
  commits: Count,
});
export type ReportRange = z.infer<typeof ReportRange>;

/** Stories with net code by stories that need code; never above 1, and null when none needs code. */
export const Coverage = z.strictObject({
  withNetCode: Count,
  needCode: Count,
  ratio: z.number().min(0).max(1).nullable(),
});
export type Coverage = z.infer<typeof Coverage>;

export const AUDIT_RESULTS = ['clean', 'findings', 'incomplete'] as const;

/** Contents of `audit-summary.json`, and `summary` of the report. */
export const AuditSummary = z.strictObject({
  schema: z.literal('cmap.audit-summary.v1'),
  fixVersion: z.string(),
  projects: z.array(z.string()),
  environment: z.string().nullable(),
  scope: z.record(z.string(), z.string()),
  auditedAt: z.string(),
  toolVersion: z.string(),
  /** SHA-256 of the canonical policy. */
  policySha256: z.string(),
  /** `incomplete` wins over `findings`; `clean` has no finding that is not waived, of any severity. */
  result: z.enum(AUDIT_RESULTS),
  coverage: Coverage,
  counts: z.strictObject({
    stories: Count,
    storiesWithoutCode: Count,
    commits: Count,
    /**
     * Commits, merge requests and direct pushes that touch none of the paths of their binding; counted in the numbers
     * above them too.
     */
    commitsOutOfScope: Count,
    mergeRequestsOutOfScope: Count.default(0),
    directPushesOutOfScope: Count.default(0),
    mergeRequests: Count,
    directPushes: Count,
    changesWithoutTicket: Count,
    agentChanges: Count,
    links: Count,
    findings: Count,
    findingsWaived: Count,
    waivers: Count,
    gaps: Count,
  }),
  /** Findings that are not waived. */
  findingsBySeverity: z.strictObject({ high: Count, medium: Count, low: Count }),
  /** Findings that are not waived; a rule without any is left out. */
  findingsByRule: z.partialRecord(FindingRule, Count),
  ranges: z.array(ReportRange),
  calls: CallCounts.strict(),
  calls_floor: CallCounts.strict(),
});
export type AuditSummary = z.infer<typeof AuditSummary>;

/** Reads an `audit-summary.json`; `undefined` where there is none, or another version of the program wrote it. */
export function parseSummary(text: string | undefined): AuditSummary | undefined {
  return AuditSummary.safeParse(parseJson(text ?? '')).data;
}
