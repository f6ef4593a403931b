import type { AllowedFile } from '../../shared/domain/runs/refused-work.ts';
import { RULE_KINDS } from './rule-kinds.ts';
import type { Violation } from './violation.ts';

/** What is looked at of a violation. */
type Judged = Pick<Violation, 'rule' | 'path' | 'isFinal'>;

/** Whether a person can let this pass: it is about one file, and neither its rule nor the case is ruled out. */
export function mayBeAllowed({ rule, path, isFinal }: Judged): boolean {
  return path !== undefined && !isFinal && RULE_KINDS[rule].allow;
}

/** Whether a person has let this very rule pass for this very file. A name that differs in case is another file. */
export function isAllowed(violation: Judged, allowed: readonly AllowedFile[]): boolean {
  return (
    mayBeAllowed(violation) && allowed.some(({ rule, path }) => rule === violation.rule && path === violation.path)
  );
}
