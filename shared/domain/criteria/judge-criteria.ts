import type { Criteria, Criterion, CriterionAnswer } from './criterion.ts';

/** Dashboards and scripts read these words: add freely, rename never. */
export const CRITERION_STATES = ['met', 'partly', 'not-met', 'not-answered'] as const;
export type CriterionState = (typeof CRITERION_STATES)[number];

/** One criterion with what the agent says about it. */
export interface JudgedCriterion extends Criterion {
  state: CriterionState;
  /** As the agent wrote it; empty where it wrote nothing. */
  evidence: string;
}

/** All criteria of a ticket with their answers. */
export interface JudgedCriteria {
  listed: readonly JudgedCriterion[];
  leftOut: number;
}

/** How many criteria have which state. */
export interface CriteriaCounts extends Record<CriterionState, number> {
  /** Those of the ticket that were not given to the agent; absent where there are none, and in older records. */
  leftOut?: number | undefined;
}

const STATES: Record<CriterionAnswer['met'], CriterionState> = { yes: 'met', partly: 'partly', no: 'not-met' };

/**
 * Puts the answers beside their criteria; `undefined` where there are none. Answers to numbers that are not there are
 * dropped, and of two to one number the last counts.
 */
export function judgeCriteria(
  { listed, leftOut }: Criteria,
  answers: readonly CriterionAnswer[] = [],
): JudgedCriteria | undefined {
  if (listed.length === 0) return undefined;
  const byNumber = new Map(answers.map((answer) => [answer.number, answer]));
  const judged = listed.map((criterion): JudgedCriterion => {
    const answer = byNumber.get(criterion.number);
    return { ...criterion, state: answer ? STATES[answer.met] : 'not-answered', evidence: answer?.evidence ?? '' };
  });
  return { listed: judged, leftOut };
}

export function countCriteria({ listed, leftOut }: JudgedCriteria): CriteriaCounts {
  const count = (state: CriterionState) => listed.filter((criterion) => criterion.state === state).length;
  return {
    met: count('met'),
    partly: count('partly'),
    'not-met': count('not-met'),
    'not-answered': count('not-answered'),
    ...(leftOut > 0 ? { leftOut } : {}),
  };
}

/** Whether each criterion of the ticket is met; one that was not looked at is not known to be. */
export function areAllMet(counts: CriteriaCounts): boolean {
  return counts.partly + counts['not-met'] + counts['not-answered'] + (counts.leftOut ?? 0) === 0;
}
