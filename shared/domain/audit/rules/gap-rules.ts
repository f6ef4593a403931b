import type { Gap } from '../facts/gap.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

/** One finding for each gap, so that an audit that could not see everything never looks clean. */
export function checkGaps(gaps: readonly Gap[]): Finding[] {
  return gaps.map((gap) =>
    createFinding({
      rule: 'incomplete',
      subject: { kind: 'gap', id: gap.subject },
      about: gap.reason,
      detail: gap.detail,
      next: gap.next ?? 'Give the audit what it could not read, and run it again.',
      sources: [],
    }),
  );
}
