import { cleanText } from '../../kernel/text/clean-text.ts';
import { escapePipes } from '../../kernel/text/escape-pipes.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import {
  CRITERION_STATES,
  type CriteriaCounts,
  type CriterionState,
  countCriteria,
  type JudgedCriteria,
} from '../criteria/judge-criteria.ts';
import { sanitizeInline } from '../guard/sanitize-agent-text.ts';

/** What people read for each state. */
const STATE_NAMES: Record<CriterionState, string> = {
  met: 'met',
  partly: 'partly met',
  'not-met': 'not met',
  'not-answered': 'not answered',
};

const MAX_TEXT = 160;
const MAX_EVIDENCE = 300;
/** Of the section in a merge request. */
export const CRITERIA_HEADING = 'Acceptance criteria';
const TITLE = `### ${CRITERIA_HEADING}`;
const SAYS_THE_AGENT = ', says the agent.';
const HEAD = '| No. | Criterion | State | Evidence |';

/** The criteria as a section of a GitLab note. Texts of the ticket and of the agent are made neutral. */
export function formatCriteriaSection(judged: JudgedCriteria): string {
  return `${TITLE}\n\n${formatCriteriaTable(judged)}`;
}

/** The same without its heading, for a description. */
export function formatCriteriaTable(judged: JudgedCriteria): string {
  return formatTable(judged, sanitizeInline);
}

/** The same for a Jira comment, which runs nothing that stands in it. */
export function formatCriteriaForJira(judged: JudgedCriteria): string {
  return `Acceptance criteria:\n\n${formatTable(judged, (text, max) =>
    escapePipes(fitText(oneLine(cleanText(text)), max)),
  )}`;
}

/** `met`, `partly met`, `not met` or `not answered`. */
export function describeState(state: CriterionState): string {
  return STATE_NAMES[state];
}

/** `2 met, 1 not answered, 5 not looked at`. */
export function describeCriteriaCounts(counts: CriteriaCounts): string {
  const { leftOut = 0 } = counts;
  const each = CRITERION_STATES.flatMap((state) =>
    counts[state] > 0 ? [`${counts[state]} ${STATE_NAMES[state]}`] : [],
  );
  return [...each, ...(leftOut > 0 ? [`${leftOut} not looked at`] : [])].join(', ');
}

/**
 * A description without the section of the criteria, wherever a template has put it: a review looks for itself and must
 * not be told what the agent that wrote the change says about its own work.
 */
export function withoutCriteriaSection(description: string): string {
  const lines = description.split('\n');
  const head = lines.findIndex((line) => line.trim() === HEAD);
  if (head === -1) return description;
  const title = lines.slice(0, head).findLastIndex((line) => line.trim() === TITLE);
  const counts = lines.slice(0, head).findLastIndex((line) => line.trimEnd().endsWith(SAYS_THE_AGENT));
  const from = title === -1 ? (counts === -1 ? head : counts) : title;
  const rows = lines.slice(head).findIndex((line) => !line.trimStart().startsWith('|'));
  const to = rows === -1 ? lines.length : head + rows;
  return [...lines.slice(0, from), ...lines.slice(to)].join('\n');
}

function formatTable(judged: JudgedCriteria, neutral: (text: string, max: number) => string): string {
  // Said in a sentence of its own.
  const { leftOut = 0, ...counts } = countCriteria(judged);
  const rows = judged.listed.map(
    ({ number, text, state, evidence }) =>
      `| AC${number} | ${neutral(text, MAX_TEXT)} | ${STATE_NAMES[state]} | ${neutral(evidence, MAX_EVIDENCE)} |`,
  );
  const more = leftOut > 0 ? [`The ticket has ${leftOut} more, which are not listed.`] : [];
  return [
    `${describeCriteriaCounts(counts)}${SAYS_THE_AGENT}`,
    [HEAD, '|---|---|---|---|', ...rows].join('\n'),
    ...more,
  ].join('\n\n');
}
