import { z } from 'zod';
import { Instant } from '../facts/instant.ts';
import { Waiver } from './waiver.ts';

const ApprovalPolicy = z.strictObject({
  required: z.int().min(0).max(10).default(1).describe('Approvals a merge request needs.'),
  independent: z.boolean().default(true).describe('Approvals of the author and of committers do not count.'),
  after_last_commit: z
    .boolean()
    .default(true)
    .describe('An approval that is older than the last change of the code does not count.'),
});

const AgentPolicy = z.strictObject({
  approvals: z.int().min(0).max(10).default(2).describe('Approvals by people that a change of the agent needs.'),
  requester_counts_as_author: z
    .boolean()
    .default(true)
    .describe('The person who asked the agent for the change may not approve it.'),
});

const NoCodePolicy = z.strictObject({
  types: z.array(z.string()).default(['Epic', 'Documentation']).describe('Issue types that need no code.'),
  labels: z.array(z.string()).default(['no-code']).describe('Labels of issues that need no code.'),
});

const BotPolicy = z.strictObject({
  user: z.string().min(1).describe('GitLab username of the bot, without @.'),
  paths: z
    .array(z.string().min(1))
    .min(1)
    .describe('Globs; the permission holds only when every changed path matches.'),
  allow: z
    .array(z.enum(['no-ticket']))
    .default([])
    .describe('What the bot may do.'),
});

/** The rules of an audit: `audit:` in the defaults or in a binding of the mapping, or the file of `--policy`. */
export const AuditPolicy = z.strictObject({
  approvals: ApprovalPolicy.prefault({}),
  agent_changes: AgentPolicy.prefault({}),
  no_code: NoCodePolicy.prefault({}),
  bots: z.array(BotPolicy).default([]),
  pipelines: z
    .strictObject({ required: z.boolean().default(true).describe('A merge request needs a finished pipeline.') })
    .prefault({}),
  resolved_without_change: z
    .array(z.string())
    .default(["Won't Do", "Won't Fix", 'Duplicate', 'Cannot Reproduce', 'Declined', 'Invalid', 'Incomplete'])
    .describe('Resolutions that say that nothing was changed.'),
  incorporated_by: z
    .array(z.string())
    .default(['is incorporated by', 'is implemented by'])
    .describe('Relations of an issue to the one whose change includes it.'),
  freeze: z
    .record(z.string(), Instant)
    .default({})
    .describe('Moment of the freeze by fix version, such as 2.4.0: 2026-11-20T12:00:00Z.'),
  waivers: z.array(Waiver).default([]),
});
export type AuditPolicy = z.infer<typeof AuditPolicy>;
/** A policy as it is written, without its defaults. */
export type AuditPolicyInput = z.input<typeof AuditPolicy>;
