import * as z from 'zod';
import { Gap } from '../facts/gap.ts';
import { known } from '../facts/known.ts';
import { Source } from '../facts/source.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { ReportChange } from './change.ts';
import { ReportCommit } from './commit.ts';
import { Finding } from './finding.ts';
import { ReportLink } from './link.ts';
import { ReportStory } from './story.ts';
import { AuditSummary } from './summary.ts';
import { WaiverUse } from './waiver-use.ts';

export const AUDIT_SCHEMA = 'cmap.audit.v1';

const ReportRepository = z.strictObject({
  repository: z.string(),
  projectId: z.int(),
  url: z.string(),
  formerPaths: z.array(z.string()),
  paths: z.array(z.string()),
  mergeMethod: known(z.enum(['merge', 'rebase_merge', 'ff'])),
});

const ReportVersion = z.strictObject({
  project: z.string(),
  id: z.string(),
  name: z.string(),
  released: z.boolean(),
  releaseDate: z.string().nullable(),
  /** Issues that the search showed. */
  issues: z.int(),
  /** Issues that Jira counts, hidden ones included. */
  fixedIssueCount: known(z.int()),
  url: z.string(),
});

/** Contents of `audit.json`. Lists are in a fixed order, so the same facts give the same bytes. */
export const AuditReport = z.strictObject({
  schema: z.literal(AUDIT_SCHEMA),
  summary: AuditSummary,
  policy: AuditPolicy,
  /** Policies of repositories by project path, and of Jira projects by key, where these have one of their own. */
  repositoryPolicies: z.record(z.string(), AuditPolicy),
  repositories: z.array(ReportRepository),
  versions: z.array(ReportVersion),
  findings: z.array(Finding),
  stories: z.array(ReportStory),
  changes: z.array(ReportChange),
  commits: z.array(ReportCommit),
  links: z.array(ReportLink),
  waivers: z.array(WaiverUse),
  gaps: z.array(Gap.strict()),
  sources: z.array(Source.strict()),
});
export type AuditReport = z.infer<typeof AuditReport>;
