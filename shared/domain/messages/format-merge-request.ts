import { fitText } from '../../kernel/text/fit-text.ts';
import type { JudgedCriteria } from '../criteria/judge-criteria.ts';
import { guardPlainLine } from '../guard/guard-words.ts';
import { sanitizeAgentText, sanitizeInline } from '../guard/sanitize-agent-text.ts';
import { type DescriptionParts, fillDescription } from './fill-description.ts';
import { CRITERIA_HEADING, formatCriteriaTable } from './format-criteria.ts';
import { neutralLine } from './neutral-commit.ts';

export interface MergeRequestText {
  issueKey: string;
  issueSummary: string;
  issueUrl: string;
  /** The word of its type; absent where the binding has none. */
  typeWord?: string;
  /** The agent's own account of the change, Markdown. */
  summary: string;
  /** The steps the agent says it took. */
  plan?: string;
  /** The plan it carried out, where one was made first. */
  carriedPlan?: CarriedPlan;
  criteria?: JudgedCriteria;
  checks: string[];
  runId: string;
  /** What was done after `summary`, oldest first: the accounts of later runs. */
  reworks?: readonly string[];
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

/**
 * `Draft: PROJ-12: Summary`, or as the binding has it. The upper-case key makes the change findable by release reports.
 */
export function formatMergeRequestTitle(
  { issueKey, issueSummary, typeWord = '' }: Pick<MergeRequestText, 'issueKey' | 'issueSummary' | 'typeWord'>,
  form = '{key}: {summary}',
) {
  const values: Readonly<Record<string, string>> = {
    '{key}': issueKey,
    '{summary}': neutralLine(issueSummary),
    '{type}': typeWord,
  };
  // At once, so that a title of a ticket that has such a name in it stays as it is.
  const title = form.replace(/\{(?:key|summary|type)\}/g, (place) => values[place] ?? place);
  return fitText(`Draft: ${title}`, MAX_TITLE);
}

/**
 * What reviewers read first: what was done, why, how it was checked, and which run did it; in the places of `template`,
 * where there is one. Texts of the ticket and of the agent are made neutral here.
 */
export function formatMergeRequestDescription(text: MergeRequestText, template?: string): string {
  const parts = toParts(text);
  const said = fillDescription(template ?? '', parts);
  return `${said}\n\n---\nWritten by an AI agent (run \`${text.runId}\`). A person has to review and merge it.`;
}

/** The run that a description says it was written by. Every person can write the same. */
export function findDescribingRun(description: string): string | undefined {
  return /\nWritten by an AI agent \(run `([^`\n]{1,200})`\)\. A person has to review and merge it\.\s*$/.exec(
    description,
  )?.[1];
}

function toParts(text: MergeRequestText): DescriptionParts {
  const { issueKey, issueUrl, issueSummary, typeWord = '', criteria, checks } = text;
  const summary = sanitizeInline(issueSummary);
  return {
    ticket: `For [${issueKey}](${issueUrl}): ${summary}`,
    // Guarded in its code as well: code of the template may stand around it.
    inline: { key: issueKey, url: issueUrl, summary: guardPlainLine(summary), type: typeWord },
    sections: [
      {
        name: 'change',
        text: [text.summary, ...formatReworks(text)].map((part) => sanitizeAgentText(part)).join('\n\n'),
      },
      formatPlan(text),
      { name: 'criteria', heading: CRITERIA_HEADING, text: criteria ? formatCriteriaTable(criteria) : '' },
      { name: 'checks', heading: 'Checks', text: checks.map(formatCheck).join('\n') },
    ],
  };
}

function formatReworks({ reworks = [] }: MergeRequestText): string[] {
  return reworks.map((account, index) => `#### Rework ${index + 1}\n\n${account}`);
}

function formatPlan({ carriedPlan, plan = '' }: MergeRequestText): DescriptionParts['sections'][number] {
  if (carriedPlan) return { name: 'plan', text: formatCarriedPlan(carriedPlan) };
  return { name: 'plan', heading: 'Plan', text: sanitizeAgentText(plan) };
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
