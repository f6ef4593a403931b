import * as z from 'zod';
import { known } from '../facts/known.ts';

/** Why an approval counts or does not. */
export const APPROVAL_VERDICTS = [
  'counts',
  'author',
  'committer',
  'requester',
  'bot',
  'older-than-code',
  'after-merge',
  'age-not-known',
] as const;

export const ReportApproval = z.strictObject({
  by: z.string(),
  at: known(z.string()),
  verdict: z.enum(APPROVAL_VERDICTS),
});
export type ReportApproval = z.infer<typeof ReportApproval>;

export const PIPELINE_RESULTS = [
  'passed',
  'passed-with-allowed-failures',
  'failed',
  'another-sha',
  'skipped',
  'none',
  'not-known',
] as const;

/** Pipeline of the merged commit. `another-sha`: one ran, but on another commit; `status` says how it ended. */
export const ReportPipeline = z.strictObject({
  result: z.enum(PIPELINE_RESULTS),
  status: z.string().nullable(),
  sha: z.string().nullable(),
  url: z.string().nullable(),
});
export type ReportPipeline = z.infer<typeof ReportPipeline>;

export const ReportDeployment = z.strictObject({
  environment: z.string(),
  at: z.string(),
  by: z.string(),
  approvedBy: known(z.array(z.string())),
  sha: z.string(),
  url: z.string(),
});
export type ReportDeployment = z.infer<typeof ReportDeployment>;

/** A change the agent wrote, and how that is known. */
export const ReportAgent = z.strictObject({
  knownFrom: z.enum(['ledger', 'trailer', 'ledger-and-trailer', 'author']),
  /** Sorted; several when the change was reworked. */
  runIds: z.array(z.string()),
  /** Persons who asked for it; not known as soon as one run does not say. */
  requesters: known(z.array(z.string())),
  models: known(z.array(z.string())),
  /** Files that a person let pass although the checks before the push refuse them: by which rule, and who. */
  allowed: z.array(z.string()).optional(),
});
export type ReportAgent = z.infer<typeof ReportAgent>;

/** What the agent's review says about the acceptance criteria of the ticket: how many have which mark. */
export const ReportCriteria = z.strictObject({
  issueKey: z.string(),
  /** `merged`: of the head that was merged; `earlier`: no review has marked that one, and this is the last that was. */
  head: z.enum(['merged', 'earlier']),
  sha: z.string(),
  met: z.int(),
  partly: z.int(),
  notMet: z.int(),
  notAnswered: z.int(),
  /** Of the ticket, not looked at by the review; absent where there are none. */
  leftOut: z.int().optional(),
  /** The review. */
  runId: z.string(),
});
export type ReportCriteria = z.infer<typeof ReportCriteria>;

/** A merge request or a direct push: the unit that is approved, tested and deployed. */
export const ReportChange = z.strictObject({
  /** `group/app!12`, or `group/app@<sha>` for a commit without a merge request. */
  id: z.string(),
  /** `unattributed`: the merge request of the commit could not be asked for. */
  kind: z.enum(['merge-request', 'direct-push', 'unattributed']),
  repository: z.string(),
  iid: z.int().nullable(),
  title: z.string(),
  author: z.string(),
  mergedBy: known(z.string().nullable()),
  mergedAt: z.string().nullable(),
  sourceBranch: z.string().nullable(),
  targetBranch: z.string().nullable(),
  /** How its commits were found. */
  attribution: z.enum(['merge-commit', 'squash-commit', 'fast-forward', 'asked', 'none']),
  mergedSha: z.string().nullable(),
  /** Newest first. */
  commits: z.array(z.string()),
  /** Outer merge requests that brought it here, innermost first. */
  carriers: z.array(z.string()),
  /** A merge request that brings others and has no commit of its own but merges. */
  carrierOnly: z.boolean(),
  keys: z.array(z.string()),
  /** `partly`: some of its commits were reverted. */
  reverted: z.enum(['no', 'partly', 'yes']),
  /** Id of the change, or SHA of the commit, that it takes back. */
  reverts: z.array(z.string()),
  inScope: z.boolean(),
  agent: ReportAgent.nullable(),
  /** Absent where no review of the agent has marked criteria of its ticket, and in reports of earlier versions. */
  criteria: ReportCriteria.optional(),
  approvals: known(z.array(ReportApproval)),
  approvalsRequired: z.int(),
  /** Whether enough approvals count; not known when the facts do not say. */
  approved: known(z.boolean()),
  pipeline: ReportPipeline,
  /** In the audited environment, oldest first. */
  deployments: known(z.array(ReportDeployment)),
  findings: z.array(z.string()),
  url: z.string(),
  sources: z.array(z.string()),
});
export type ReportChange = z.infer<typeof ReportChange>;
