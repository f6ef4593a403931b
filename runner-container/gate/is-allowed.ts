import type { AllowedFile } from '../../shared/domain/runs/refused-work.ts';
import { RULE_KINDS, type RuleKind } from './rule-kinds.ts';
import type { Violation } from './violation.ts';

/** What is looked at of a violation. */
type Judged = Pick<Violation, 'rule' | 'path' | 'isFinal'>;

/** Whether a person can let this pass: it is about one file, and neither its rule nor the case is ruled out. */
export function mayBeAllowed({ rule, path, isFinal }: Judged): boolean {
  return path !== undefined && !isFinal && RULE_KINDS[rule].allow;
}

/**
 * Whether a person has let this very rule pass for this very file. A name that differs in case is another file. What
 * may run as soon as it is pushed passes only as the content that was refused then; what is not committed yet has no id
 * to compare, and is judged once more when it has one.
 */
export function isAllowed(violation: Judged & Pick<Violation, 'content'>, allowed: readonly AllowedFile[]): boolean {
  const one = allowed.find(({ rule, path }) => rule === violation.rule && path === violation.path);
  if (!one || !mayBeAllowed(violation)) return false;
  const { asRead }: RuleKind = RULE_KINDS[violation.rule];
  if (!asRead) return true;
  return one.content !== undefined && (violation.content === undefined || violation.content === one.content);
}
