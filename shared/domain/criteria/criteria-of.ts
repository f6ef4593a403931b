import type { Criteria } from './criterion.ts';
import { findCriteria, readCriteria } from './find-criteria.ts';

export interface TicketTexts {
  description: string;
  details?: { fields: readonly { asked: string; text: string }[] };
}

/** The acceptance criteria of an issue: those in the field of its binding, else those in its description. */
export function criteriaOf(
  { description, details }: TicketTexts,
  { acceptanceCriteriaField }: { acceptanceCriteriaField?: string } = {},
): Criteria {
  const field = details?.fields.find(({ asked }) => asked === acceptanceCriteriaField);
  const own = field && readCriteria(field.text);
  return own && own.listed.length > 0 ? own : findCriteria(description);
}
