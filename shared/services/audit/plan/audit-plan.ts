import * as z from 'zod';
import { AuditPolicy } from '../../../domain/audit/policy/audit-policy.ts';

const PlannedRepository = z.strictObject({
  /** Path of the GitLab project. */
  repository: z.string(),
  credentialRef: z.string(),
  /** Where the range ends: a branch, tag or SHA. */
  to: z.string(),
  /** Where it begins: `root`, a reference, or null for the newest release tag that `to` contains. */
  from: z.string().nullable(),
  /** Globs of the binding; an empty list is the whole repository. */
  paths: z.array(z.string()),
  /** Target branches of its other audited bindings, which no range of this audit covers. */
  otherBranches: z.array(z.string()).optional(),
  /** Its history is read from a local clone. */
  clone: z.literal(true).optional(),
  /** Absent: the policy of the plan. */
  policy: AuditPolicy.optional(),
});

/**
 * Everything that decides what an audit asks and how it judges, so that stored evidence can be judged again without
 * settings.
 */
export const AuditPlan = z.strictObject({
  fixVersion: z.string().min(1),
  projects: z.array(z.string()).min(1),
  mappedProjects: z.array(z.string()),
  repositories: z.array(PlannedRepository).min(1),
  environment: z.string().nullable(),
  scope: z.record(z.string(), z.string()),
  agentUsername: z.string().nullable(),
  policy: AuditPolicy,
  /** Policies of Jira projects that differ from it, by key: their issues are judged by these. */
  projectPolicies: z.record(z.string(), AuditPolicy).optional(),
  /** Times of approvals for every merge request, and every push of its branch. */
  deep: z.boolean(),
});
export type AuditPlan = z.infer<typeof AuditPlan>;
export type PlannedRepository = AuditPlan['repositories'][number];
