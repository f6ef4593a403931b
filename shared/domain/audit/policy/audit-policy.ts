import * as z from 'zod';
import { BotPolicy } from './bot-policy.ts';
import { Waiver } from './waiver.ts';

const UP_TO_TEN = 'must be a whole number from 0 to 10';
const approvals = z.int(UP_TO_TEN).min(0, UP_TO_TEN).max(10, UP_TO_TEN);
const Moment = z.iso.datetime({ offset: true, error: 'must be a moment with its zone, such as 2026-11-20T12:00:00Z' });

export const ApprovalPolicy = z.strictObject({
  required: approvals.default(1).describe('Approvals a merge request needs.'),
  independent: z.boolean().default(true).describe('Approvals of the author and of committers do not count.'),
  after_last_commit: z
    .boolean()
    .default(true)
    .describe('An approval that is older than the last change of the code does not count.'),
});

export const AgentPolicy = z.strictObject({
  approvals: approvals.default(2).describe('Approvals by people that a change of the agent needs.'),
  requester_counts_as_author: z
    .boolean()
    .default(true)
    .describe('The person who asked the agent for the change may not approve it.'),
});

export const NoCodePolicy = z.strictObject({
  types: z.array(z.string()).default(['Epic', 'Documentation']).describe('Issue types that need no code.'),
  labels: z.array(z.string()).default(['no-code']).describe('Labels of issues that need no code.'),
});

export const PipelinePolicy = z.strictObject({
  required: z.boolean().default(true).describe('A merge request needs a finished pipeline.'),
});

export const CriteriaPolicy = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .describe("The agent's review has to have marked all acceptance criteria of the ticket as met at the merge."),
});

/**
 * The rules of an audit, complete: `audit:` in the defaults or in a binding of the mapping, or the file of `--policy`.
 */
export const AuditPolicy = z.strictObject({
  approvals: ApprovalPolicy.prefault({}),
  agent_changes: AgentPolicy.prefault({}),
  no_code: NoCodePolicy.prefault({}),
  bots: z.array(BotPolicy).default([]),
  pipelines: PipelinePolicy.prefault({}),
  /** Absent: they are reported and decide nothing. */
  criteria: CriteriaPolicy.optional(),
  resolved_without_change: z
    .array(z.string())
    .default(["Won't Do", "Won't Fix", 'Duplicate', 'Cannot Reproduce', 'Declined', 'Invalid', 'Incomplete'])
    .describe('Resolutions that say that nothing was changed.'),
  incorporated_by: z
    .array(z.string())
    .default(['is incorporated by', 'is implemented by'])
    .describe('Relations of an issue to the one whose change includes it.'),
  freeze: z
    .record(z.string(), Moment)
    .default({})
    .describe('Moment of the freeze by fix version, such as 2.4.0: 2026-11-20T12:00:00Z.'),
  waivers: z.array(Waiver).default([]),
});
export type AuditPolicy = z.infer<typeof AuditPolicy>;
/** A policy as it is written, without its defaults. */
export type AuditPolicyInput = z.input<typeof AuditPolicy>;
