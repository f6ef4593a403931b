import { AuditPolicy } from '../../../shared/domain/audit/policy/audit-policy.ts';
import type { AuditRules } from '../../../shared/domain/mapping/binding.ts';
import { countOf } from '../../output/count-of.ts';

const BUILT_IN = AuditPolicy.parse({});

/** The audit rules of a binding in a cell: what differs from the built-in ones, `built-in` when nothing does. */
export function formatAuditRules(rules: AuditRules | undefined): string {
  if (!rules) return '';
  const { policy, paths } = rules;
  const { approvals, agent_changes: agent, waivers, bots } = policy;
  const parts = [
    ...(approvals.required === BUILT_IN.approvals.required ? [] : [countOf(approvals.required, 'approval')]),
    ...(agent.approvals === BUILT_IN.agent_changes.approvals
      ? []
      : [`${countOf(agent.approvals, 'approval')} of the agent's changes`]),
    ...(paths.length === 0 ? [] : [`paths ${paths.join(', ')}`]),
    ...(bots.length === 0 ? [] : [`bots ${bots.map(({ user }) => user).join(', ')}`]),
    ...(waivers.length === 0 ? [] : [countOf(waivers.length, 'waiver')]),
    ...(policy.criteria?.required ? ['criteria required'] : []),
    ...OTHERS.filter((field) => JSON.stringify(policy[field]) !== JSON.stringify(BUILT_IN[field])),
  ];
  if (approvals.independent !== BUILT_IN.approvals.independent) parts.push('approvals of authors count');
  if (approvals.after_last_commit !== BUILT_IN.approvals.after_last_commit) parts.push('older approvals count');
  if (agent.requester_counts_as_author !== BUILT_IN.agent_changes.requester_counts_as_author)
    parts.push('approvals of requesters count');
  return parts.join('; ') || 'built-in';
}

/** Named only: their values are too long for a cell, and `--json` has them. */
const OTHERS = ['no_code', 'pipelines', 'resolved_without_change', 'incorporated_by', 'freeze'] as const;
