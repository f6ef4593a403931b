import type { Criteria } from './criterion.ts';
import { findCriteria } from './find-criteria.ts';

/** The acceptance criteria of an issue. */
export function criteriaOf(issue: { description: string }): Criteria {
  return findCriteria(issue.description);
}
