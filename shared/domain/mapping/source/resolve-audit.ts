import { AuditPolicy } from '../../audit/policy/audit-policy.ts';
import type { AuditRules } from '../binding.ts';
import type { DefaultsSource } from './mapping-source.ts';

type AuditSource = DefaultsSource['audit'];

/**
 * The audit rules of a binding over those of the defaults: blocks are taken field by field, a list replaces a list.
 * `null` in the binding goes back to the built-in rules; `undefined` where neither says anything.
 */
export function resolveAudit(own: AuditSource, defaults: AuditSource): AuditRules | undefined {
  if (own === null || (own === undefined && defaults == null)) return undefined;
  const base = defaults ?? {};
  const { paths = [], ...policy } = { ...base, ...own };
  return {
    policy: AuditPolicy.parse({
      ...policy,
      approvals: { ...base.approvals, ...own?.approvals },
      agent_changes: { ...base.agent_changes, ...own?.agent_changes },
      no_code: { ...base.no_code, ...own?.no_code },
      pipelines: { ...base.pipelines, ...own?.pipelines },
      ...(base.criteria || own?.criteria ? { criteria: { ...base.criteria, ...own?.criteria } } : {}),
      freeze: { ...base.freeze, ...own?.freeze },
    }),
    paths: [...paths],
  };
}
