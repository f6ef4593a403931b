import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';

export interface MergeRequestText {
  issueKey: string;
  issueSummary: string;
  issueUrl: string;
  /** The agent's own account of the change, Markdown, already neutralised. */
  summary: string;
  plan?: string;
  checks: string[];
  runId: string;
}

const MAX_TITLE = 255; // GitLab refuses longer titles

/** `Draft: PROJ-12: Summary`. The upper-case key makes the change findable by release reports. */
export function formatMergeRequestTitle({
  issueKey,
  issueSummary,
}: Pick<MergeRequestText, 'issueKey' | 'issueSummary'>) {
  const title = `Draft: ${issueKey}: ${oneLine(issueSummary)}`;
  return fitText(title, MAX_TITLE);
}

/** What reviewers read first: what was done, why, how it was checked, and which run did it. */
export function formatMergeRequestDescription(text: MergeRequestText): string {
  const sections = [`For [${text.issueKey}](${text.issueUrl}): ${oneLine(text.issueSummary)}`, text.summary];
  if (text.plan) sections.push(`### Plan\n\n${text.plan}`);
  if (text.checks.length > 0) sections.push(`### Checks\n\n${text.checks.map((check) => `- ${check}`).join('\n')}`);
  sections.push(`---\nWritten by an AI agent (run \`${text.runId}\`). A person has to review and merge it.`);
  return sections.filter((section) => section !== '').join('\n\n');
}
