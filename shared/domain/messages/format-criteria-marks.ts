import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import type { CriterionMark } from '../criteria/criteria-event.ts';
import type { CriterionState } from '../criteria/judge-criteria.ts';
import { describeState } from './format-criteria.ts';

/** What a review says about the criteria of a ticket, for the comment of the run that made the change. */
export interface CriteriaMarksNote {
  iid: number;
  url: string;
  headSha: string;
  marks: readonly CriterionMark[];
  /** How many of the ticket the review did not look at. */
  leftOut: number;
  /** Makes a text of the agent neutral where it is shown. */
  neutral: (text: string) => string;
}

/** By this the line is found again, first in the comment: what an agent writes stands below it. */
export const MARKED = '**Acceptance criteria marked by the review**';

const MAX_EVIDENCE = 160;

/** One line, in which the marks of the review cannot be taken for what the agent says of its own work. */
export function formatCriteriaMarks({ iid, url, headSha, marks, leftOut, neutral }: CriteriaMarksNote): string {
  const each = marks.map(({ number, state, evidence }) => {
    const why = state === 'met' || evidence === '' ? '' : ` (${neutral(toLine(evidence))})`;
    return `AC${number} ${describeState(state)}${why}`;
  });
  return `${MARKED} of [!${iid}](${url}) at ${headSha.slice(0, 8)}: ${joinByState(marks, each)}${leftOut > 0 ? `, and ${leftOut} not looked at` : ''}. What the agent says of its own work stands below.`;
}

function toLine(evidence: string): string {
  return fitText(oneLine(cleanText(evidence)), MAX_EVIDENCE).replace(/[.;\s]+$/u, '');
}

/** All that are met in one go; the others each with why. */
function joinByState(marks: readonly CriterionMark[], each: readonly string[]): string {
  const isMet = ({ state }: { state: CriterionState }) => state === 'met';
  if (marks.every(isMet)) return marks.length === 1 ? 'AC1 met' : `all ${marks.length} met`;
  return each.join('; ');
}
