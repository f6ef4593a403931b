import * as z from 'zod';
import {
  AgentPolicy,
  ApprovalPolicy,
  AuditPolicy,
  CriteriaPolicy,
  NoCodePolicy,
  PipelinePolicy,
} from './audit-policy.ts';

const { bots, resolved_without_change, incorporated_by, freeze, waivers } = AuditPolicy.shape;

/**
 * A policy as the mapping holds it: the fields of `AuditPolicy`, each of which may be left out and none filled in, so
 * that a binding's can be laid over that of the defaults.
 */
export const PolicySource = z.strictObject({
  approvals: group(ApprovalPolicy.shape).describe('Who has to approve a merge request'),
  agent_changes: group(AgentPolicy.shape).describe('Who has to approve a change that the agent wrote'),
  no_code: group(NoCodePolicy.shape).describe('Issues that need no code'),
  bots: optional(bots).describe('Bots that may change some files without a ticket'),
  pipelines: group(PipelinePolicy.shape).describe('What is asked of pipelines'),
  criteria: group(CriteriaPolicy.shape).describe('What is asked of the acceptance criteria of tickets'),
  resolved_without_change: optional(resolved_without_change),
  incorporated_by: optional(incorporated_by),
  freeze: optional(freeze),
  waivers: optional(waivers).describe('Findings that a person has accepted, each with a reason and an end'),
});
export type PolicySource = z.infer<typeof PolicySource>;

type Fields = Record<string, z.ZodDefault<z.ZodType>>;
type Optional<Shape extends Fields> = { [Name in keyof Shape]: z.ZodOptional<ReturnType<Shape[Name]['unwrap']>> };

function group<Shape extends Fields>(shape: Shape) {
  const fields = Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, optional(field)]));
  // `fromEntries` forgets the names, which are those of the shape.
  return z.strictObject(fields as Optional<Shape>).optional();
}

/** The same field without its value being filled in; the value is still shown in the schema. */
function optional<Inner extends z.ZodType>(field: z.ZodDefault<Inner>): z.ZodOptional<Inner> {
  const description = field.description?.replace(/\.$/, '');
  return field
    .unwrap()
    .optional()
    .meta({ ...(description === undefined ? {} : { description }), default: field.def.defaultValue });
}
