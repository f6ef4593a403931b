import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import type { JudgedCriteria } from '../criteria/judge-criteria.ts';
import type { Usage } from '../runs/outcome.ts';
import { describeFailure } from './describe-failure.ts';
import { describeUsage } from './describe-usage.ts';
import { formatCriteriaForJira } from './format-criteria.ts';
import { numberQuestions } from './number-questions.ts';

/** A comment is read at a glance; the merge request has all of it. */
const MAX_PLAN_LENGTH = 1500;
/** The newest; a run that goes back and forth for hours is read at a glance, too. */
const MAX_STEPS_SHOWN = 12;

/** What a person reads while a run works. Markdown. */
export interface ProgressReport {
  /** One line a person understands: `Reading the repository`. */
  now: string;
  attempt: number;
  branch?: string;
  /** What it has done so far, one sentence each, oldest first. */
  steps?: readonly string[];
}

export interface ResultReport {
  summary: string;
  /** The steps the agent took, numbered lines. */
  plan?: string;
  criteria?: JudgedCriteria;
  branch: string;
  commitSha: string;
  mergeRequestUrl: string;
  mergeRequestIid: number;
  /** What the agent says it ran, and what the runner ran. */
  checks: string[];
  usage: Usage;
  durationMs: number;
  rework: boolean;
}

/** The comment while the run works; it is edited in place and becomes the result. */
export function formatProgress({ now, attempt, branch, steps = [] }: ProgressReport): string {
  const lines = [`**The agent is working on this issue.** ${now}.`];
  if (branch) lines.push(`Branch: \`${branch}\``);
  if (attempt > 1) lines.push(`This is attempt ${attempt}.`);
  const shown = steps.slice(-MAX_STEPS_SHOWN);
  if (shown.length > 0) lines.push(shown.map((step) => `- ${step}`).join('\n'));
  return lines.join('\n\n');
}

/** The terminal comment of a run that opened or updated a merge request. */
export function formatResult(report: ResultReport): string {
  const verb = report.rework ? 'updated' : 'opened as a draft';
  const lines = [
    `**Merge request [!${report.mergeRequestIid}](${report.mergeRequestUrl}) was ${verb}.** A person has to review and merge it.`,
    cleanText(report.summary),
    `${formatPlaces(report)}\n- ${describeUsage(report)}`,
  ];
  if (report.plan) lines.push(`Plan:\n\n${fitText(cleanText(report.plan), MAX_PLAN_LENGTH)}`);
  if (report.criteria) lines.push(formatCriteriaForJira(report.criteria));
  if (report.checks.length > 0)
    lines.push(`Checks:\n\n${report.checks.map((check) => `- ${oneLine(cleanText(check))}`).join('\n')}`);
  return lines.join('\n\n');
}

/** Branch and commit, as links where the address of the merge request shows the repository's. */
function formatPlaces({
  branch,
  commitSha,
  mergeRequestUrl,
}: Pick<ResultReport, 'branch' | 'commitSha' | 'mergeRequestUrl'>): string {
  const [repositoryUrl, rest] = mergeRequestUrl.split('/-/merge_requests/', 2);
  const link = (text: string, path: string) =>
    rest === undefined ? `\`${text}\`` : `[\`${text}\`](${repositoryUrl}/-/${path})`;
  const branchPath = branch.split('/').map(encodeURIComponent).join('/');
  const commit = link(commitSha.slice(0, 8), `commit/${commitSha}`);
  return `- Branch: ${link(branch, `tree/${branchPath}`)}\n- Commit: ${commit}`;
}

/** The terminal comment of a run that found nothing to change. */
export function formatNoChanges({
  summary,
  question,
  awaitsAnswer = false,
  askAgain,
}: {
  summary: string;
  question?: string;
  /** The next comment is taken for the answer. */
  awaitsAnswer?: boolean;
  /** How the next run is started: a sentence of `formatAskAgain`. */
  askAgain: string;
}): string {
  const head = question
    ? '**The agent has a question and changed nothing.**'
    : '**The agent changed nothing, so there is no merge request.**';
  const next = awaitsAnswer
    ? 'Answer in a comment here: the agent goes on with it by itself, without a mention. The person who asked or the reporter may answer.'
    : `Add what is missing to the issue. ${askAgain}`;
  const said = question === undefined ? `It says: ${summary}` : numberQuestions(cleanText(question));
  return [head, cleanText(said), next].filter((part) => part !== '').join('\n\n');
}

/**
 * The terminal comment of a run that failed: one plain sentence, the details that may be shown, and the human steps.
 */
export function formatFailure(failure: { code: string; detail?: string }): string {
  const { sentence, steps, detail, kept = [] } = describeFailure(failure);
  const lines = [`**The agent stopped.** ${sentence}`];
  if (detail) lines.push(asBlock(cleanText(detail)));
  if (kept.length > 0) lines.push(`Where the work is:\n\n${kept.map((line) => `- ${line}`).join('\n')}`);
  lines.push(
    steps.length === 1
      ? `Next step: ${steps[0]}`
      : `Next step: for each kind of reason one.\n\n${steps.map((step) => `- ${step}`).join('\n')}`,
  );
  return lines.join('\n\n');
}

/** A fence longer than any run of backticks inside, so that the text cannot leave it. */
export function asBlock(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
