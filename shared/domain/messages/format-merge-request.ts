import { fitText } from '../../kernel/text/fit-text.ts';
import type { JudgedCriteria } from '../criteria/judge-criteria.ts';
import { sanitizeAgentText, sanitizeInline } from '../guard/sanitize-agent-text.ts';
import { formatCriteriaSection } from './format-criteria.ts';
import { neutralLine } from './neutral-commit.ts';

export interface MergeRequestText {
  issueKey: string;
  issueSummary: string;
  issueUrl: string;
  /** The agent's own account of the change, Markdown. */
  summary: string;
  /** The steps the agent says it took. */
  plan?: string;
  /** The plan it carried out, where one was made first. */
  carriedPlan?: CarriedPlan;
  criteria?: JudgedCriteria;
  checks: string[];
  runId: string;
}

/** A plan that was made before the work began. */
export interface CarriedPlan {
  /** Markdown. */
  text: string;
  /** Absent where no person was to approve it. */
  approvedBy?: string;
  /** The run that has made it. */
  planRun: string;
}

const MAX_TITLE = 255; // GitLab refuses longer titles

/** `Draft: PROJ-12: Summary`. The upper-case key makes the change findable by release reports. */
export function formatMergeRequestTitle({
  issueKey,
  issueSummary,
}: Pick<MergeRequestText, 'issueKey' | 'issueSummary'>) {
  return fitText(`Draft: ${issueKey}: ${neutralLine(issueSummary)}`, MAX_TITLE);
}

/**
 * What reviewers read first: what was done, why, how it was checked, and which run did it. Texts of the ticket and of
 * the agent are made neutral here.
 */
export function formatMergeRequestDescription(text: MergeRequestText): string {
  const sections = [
    `For [${text.issueKey}](${text.issueUrl}): ${sanitizeInline(text.issueSummary)}`,
    sanitizeAgentText(text.summary),
  ];
  if (text.carriedPlan) sections.push(formatCarriedPlan(text.carriedPlan));
  else if (text.plan) sections.push(`### Plan\n\n${sanitizeAgentText(text.plan)}`);
  if (text.criteria) sections.push(formatCriteriaSection(text.criteria));
  if (text.checks.length > 0) sections.push(`### Checks\n\n${text.checks.map(formatCheck).join('\n')}`);
  sections.push(`---\nWritten by an AI agent (run \`${text.runId}\`). A person has to review and merge it.`);
  return sections.filter((section) => section !== '').join('\n\n');
}

/** Folded, because it was read before. The agent's text cannot close the fold: no HTML of it stays one. */
function formatCarriedPlan({ text, approvedBy, planRun }: CarriedPlan): string {
  const by = approvedBy === undefined ? 'No approval was asked for.' : `Approved by ${sanitizeInline(approvedBy)}.`;
  const parts = [
    '<details><summary>The plan this was made by</summary>',
    `${by} Made in run \`${planRun}\`.`,
    sanitizeAgentText(text),
    '</details>',
  ];
  return parts.join('\n\n');
}

function formatCheck(check: string): string {
  return `- ${sanitizeInline(check, 2000)}`;
}
