import {
  FIX_STATES,
  type FixOutcome,
  type FixResult,
  type FixState,
  subjectOfFix,
} from '../../../shared/domain/audit/fix/fix-result.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { countOf } from '../../output/count-of.ts';

const WORDS: Readonly<Record<FixState, string>> = {
  'to-do': 'to do',
  applied: 'done',
  nothing: 'nothing to do',
  refused: 'refused',
  'not-known': 'not known',
};
const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));
/** More of them are in the page of the audit. */
const MAX_LEFT = 15;

/** All of a dry run, for a terminal. */
export function formatFixes(result: FixResult): string {
  const { outcomes } = result;
  return [
    ...outcomes.map(formatOutcome),
    ...(outcomes.length > 0 ? [''] : []),
    formatSummary(result),
    ...formatLeft(result),
  ].join('\n');
}

/** `to do          PROJ-9: set the fix version 2.4.0`, for a list that is shown while it grows. */
export function formatOutcome({ fix, state, says }: FixOutcome): string {
  return `${WORDS[state].padEnd(WIDTH)}  ${oneLine(subjectOfFix(fix))}: ${oneLine(says)}`;
}

/** How many fixes of each state there are, and what comes next. */
export function formatSummary({ outcomes, fixVersion, complete }: FixResult): string {
  const counts = FIX_STATES.map((state) => ({
    state,
    count: outcomes.filter((outcome) => outcome.state === state).length,
  })).filter(({ count }) => count > 0);
  const said =
    counts.length === 0
      ? 'nothing that cmap can fix'
      : counts.map(({ state, count }) => `${count} ${WORDS[state]}`).join(', ');
  const next = counts.some(({ state }) => state === 'to-do') ? ' --apply does what is to do.' : '';
  return [
    `Release ${oneLine(fixVersion)}: ${said}.${next}`,
    ...(complete ? [] : ['The audit was incomplete: what it could not see is not fixed. Run it again.']),
  ].join('\n');
}

/** The findings that need a person, each with its next step. */
export function formatLeft({ left }: FixResult): string[] {
  if (left.length === 0) return [];
  const more = left.length - MAX_LEFT;
  return [
    '',
    `${countOf(left.length, 'finding')} ${left.length === 1 ? 'needs' : 'need'} a person:`,
    ...left.slice(0, MAX_LEFT).map(({ finding, next }) => `  ${oneLine(finding)}: ${oneLine(next)}`),
    ...(more > 0 ? [`  ${countOf(more, 'more finding')} in the page of the audit`] : []),
  ];
}
