import { cleanText } from '../../kernel/text/clean-text.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { toIso } from '../../kernel/to-iso.ts';
import type { JudgedCriteria } from '../criteria/judge-criteria.ts';
import type { Usage } from '../runs/outcome.ts';
import { describeUsage } from './describe-usage.ts';
import { formatCriteriaForJira } from './format-criteria.ts';
import { asBlock } from './format-run-report.ts';
import { numberQuestions } from './number-questions.ts';

/** Of the plan, in a comment that has the patch as well. */
const MAX_PLAN_LENGTH = 1500;
/** A comment takes 32,767 characters, and what stands before the patch is wanted more. */
const MAX_INLINE_PATCH = 12_000;

export interface ShadowChange {
  summary: string;
  plan?: string;
  criteria?: JudgedCriteria;
  /** What the agent says it ran, what the runner ran, and what is not in the change. */
  checks: readonly string[];
  files: number;
  /** The commit it stands on, and the branch that would have been pushed. */
  baseSha: string;
  branch: string;
  usage: Usage;
  durationMs: number;
}

/** What a person reads of a change that was made to be judged. */
export function formatShadowChange(change: ShadowChange): string {
  const { summary, plan, criteria, checks, files, baseSha, branch } = change;
  const changed = `${files} file${files === 1 ? '' : 's'}`;
  const lines = [
    '**The agent tried this in shadow.** It pushed nothing, opened no merge request and left this ticket where it was.',
    cleanText(summary),
    `- Would be \`${branch}\`, with ${changed} changed on commit \`${baseSha.slice(0, 8)}\`\n- ${describeUsage(change)}`,
  ];
  if (plan) lines.push(`Plan:\n\n${fitText(cleanText(plan), MAX_PLAN_LENGTH)}`);
  if (criteria) lines.push(formatCriteriaForJira(criteria));
  if (checks.length > 0) lines.push(`Checks:\n\n${checks.map((check) => `- ${oneLine(cleanText(check))}`).join('\n')}`);
  return lines.join('\n\n');
}

/** The same where there is nothing to change, or a question. */
export function formatShadowNothing({ summary, question }: { summary: string; question?: string }): string {
  const head =
    question === undefined
      ? '**The agent tried this in shadow and would have changed nothing.**'
      : '**The agent tried this in shadow and would have asked before it changes anything.**';
  const said = question === undefined ? `It says: ${summary}` : numberQuestions(cleanText(question));
  return `${head} It left this ticket where it was.\n\n${cleanText(said)}`;
}

/** What asks people for their word. */
export const ASK_FOR_RATING =
  'Would you have taken this? Write `/copilot yes` or `/copilot no` in a comment of its own; `cmap stats` counts the answers.';

export interface CountedAnswer {
  answer: 'yes' | 'no';
  /** A name, safe to stand in Markdown. */
  by: string;
  /** In milliseconds. */
  saidAt: number;
}

const MAX_ANSWERS = 20;
/** What the paragraph of `formatCounted` begins with. */
export const COUNTED = '**Counted:**';

/** Who said what about a run in shadow, as one paragraph; of many people the newest. */
export function formatCounted(answers: readonly CountedAnswer[]): string {
  const shown = answers
    .slice(-MAX_ANSWERS)
    .map(({ answer, by, saidAt }) => `${answer} by ${by} (${toIso(saidAt).slice(0, 16).replace('T', ' ')} UTC)`);
  const earlier = answers.length - shown.length;
  const before = earlier > 0 ? `${earlier} earlier, ` : '';
  return `${COUNTED} ${before}${shown.join(', ')}. A later answer of the same person takes the place of the earlier one.`;
}

/** Where the patch is. `text` is given where Jira did not take it as a file. */
export function formatPatchPlace({
  name,
  remarks,
  text,
}: {
  name: string;
  remarks: readonly string[];
  text?: string;
}): string {
  const said = remarks.map((remark) => `\n- ${remark}`).join('');
  if (text === undefined) return `Patch: attached to this ticket as \`${name}\`.${said}`;
  const shown = cutText(cleanText(text), MAX_INLINE_PATCH);
  const isCut = shown.length < text.length;
  const where = isCut
    ? `its first ${MAX_INLINE_PATCH.toLocaleString('en-US')} characters; the board has all of it`
    : 'whole';
  return `Patch (Jira did not take it as an attachment, so it stands here, ${where}):${said}\n\n${asBlock(shown)}`;
}
