import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import { FINDING_RULES, type FindingRule } from '../catalogue/finding-rules.ts';
import type { AppliedWaiver, Finding, FindingSubject } from '../report/finding.ts';

/** What a rule says; the rest of a finding follows from the catalogue. */
export interface FindingSeed {
  rule: FindingRule;
  subject: FindingSubject;
  /** Other rows it names. */
  related?: readonly string[];
  /** Tells two findings of one rule and subject apart; part of the id. */
  about?: string;
  detail: string;
  next: string;
  /** Accepted by the policy itself. */
  waived?: AppliedWaiver;
  sources: readonly string[];
}

/**
 * Makes a finding of what a rule says. The id depends on rule, subject and `about` only, so two audits can be compared.
 */
export function createFinding(seed: FindingSeed): Finding {
  const { rule, subject, about } = seed;
  return {
    id: [rule, subject.id, ...(about === undefined ? [] : [about])].join(':'),
    rule,
    severity: FINDING_RULES[rule].severity,
    subject,
    related: [...(seed.related ?? [])],
    detail: seed.detail,
    next: seed.next,
    waived: seed.waived ?? null,
    sources: uniqueNames(seed.sources),
  };
}
