import * as z from 'zod';

export const STORY_COVERAGE = ['code', 'subtask', 'incorporated', 'no-code-needed', 'none'] as const;

/** An issue of the audited version. */
export const ReportStory = z.strictObject({
  key: z.string(),
  project: z.string(),
  summary: z.string(),
  type: z.string(),
  subtask: z.boolean(),
  parent: z.string().nullable(),
  status: z.string(),
  statusCategory: z.enum(['new', 'indeterminate', 'done', 'undefined']),
  resolution: z.string().nullable(),
  assignee: z.string().nullable(),
  labels: z.array(z.string()),
  components: z.array(z.string()),
  fixVersions: z.array(z.string()),
  /** Whether it stands in the denominator of the coverage. A subtask counts with its parent when that is here too. */
  needsCode: z.boolean(),
  /** Why it needs none; null when it does. */
  noCodeReason: z.string().nullable(),
  /** What gives it code after reverts have been taken off. */
  coverage: z.enum(STORY_COVERAGE),
  /** Key of the subtask or issue whose code counts for it. */
  coveredBy: z.string().nullable(),
  /** Ids of the changes whose code counts for it. */
  changes: z.array(z.string()),
  /** Ids of the changes that only mention it, or were reverted. */
  mentions: z.array(z.string()),
  findings: z.array(z.string()),
  url: z.string(),
  sources: z.array(z.string()),
});
export type ReportStory = z.infer<typeof ReportStory>;
