import * as z from 'zod';
import { AgentRunFacts } from './agent-run.ts';
import { CriteriaMark } from './criteria-mark.ts';
import { EarlierAudit } from './earlier-audit.ts';
import { Gap } from './gap.ts';
import { Instant } from './instant.ts';
import { IssueFacts, IssueKey, KeyLookup } from './issue.ts';
import { known } from './known.ts';
import { RepositoryFacts } from './repository.ts';
import { Source } from './source.ts';
import { VersionFacts } from './version.ts';

/** What was asked for. Nothing in a report depends on anything but this, the facts and the policy. */
export const AuditRequest = z.object({
  fixVersion: z.string().min(1),
  /** Jira projects whose release is audited. */
  projects: z.array(z.string()).min(1),
  /** Every project of the mapping: only their keys are keys. */
  mappedProjects: z.array(z.string()),
  environment: z.string().nullable(),
  scope: z.record(z.string(), z.string()),
  /** The moment of the audit; waivers end by it. */
  now: Instant,
  toolVersion: z.string(),
  /** Bot account of the coding agent on GitLab, without @. */
  agentUsername: z.string().nullable(),
});
export type AuditRequest = z.infer<typeof AuditRequest>;

/** An issue that an earlier release already brought, as an earlier audit or a search found out. */
export const EarlierRelease = z.object({ key: IssueKey, release: z.string(), source: z.string() });
export type EarlierRelease = z.infer<typeof EarlierRelease>;

export const CallCounts = z.object({ gitlab: z.int(), jira: z.int() });
export type CallCounts = z.infer<typeof CallCounts>;

/** Everything an audit is made from. */
export const AuditFacts = z.object({
  request: AuditRequest,
  repositories: z.array(RepositoryFacts),
  /** The audited version in each project that has it. */
  versions: z.array(VersionFacts),
  /** Issues of the version, and those that changes name. */
  issues: z.array(IssueFacts),
  lookups: z.array(KeyLookup),
  earlierReleases: z.array(EarlierRelease),
  /** The audit of the same version before this one; absent when there is none. */
  earlierAudit: EarlierAudit.optional(),
  /** Not known: the ledger could not be read. The commit trailer alone then decides. */
  agentRuns: known(z.array(AgentRunFacts)),
  /** What reviews of the agent say about the criteria of tickets; absent where none is known. */
  criteriaMarks: z.array(CriteriaMark).optional(),
  sources: z.array(Source),
  gaps: z.array(Gap),
  calls: CallCounts,
  callsFloor: CallCounts,
});
export type AuditFacts = z.infer<typeof AuditFacts>;
