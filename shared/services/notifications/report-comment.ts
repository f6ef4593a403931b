import { adfToMarkdown } from '../../adapters/jira/adf/adf-to-markdown.ts';
import { loadMarkdownToAdf } from '../../adapters/jira/load-markdown-to-adf.ts';
import type { IssueComment, Jira, JiraUser } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { formatFooter, parseFooter, type ReportFooter } from './report-footer.ts';

export type ReportingJira = Pick<Jira, 'getMyself' | 'listComments' | 'addComment' | 'updateComment'>;

export interface Report extends ReportFooter {
  issueKey: string;
  /** Whether there is one comment of this purpose on the issue, or one for each run. */
  onePer?: 'issue' | 'run';
  /** What people read; the footer is added here. */
  markdown: string;
}

/**
 * Writes our one comment of this purpose on an issue: creates it, or edits the one that is there, or does nothing when
 * it already says the same. When the answer to creating is lost, the comment is looked for before anything else
 * happens, and it is never created a second time in one call; when it cannot be found, the error passes and the next
 * attempt of the run looks again.
 *
 * Where Jira does not let us edit the one that is there, another one follows it.
 * Two runs cannot create at once, because an issue has one active run.
 */
export async function upsertReportComment(
  jira: ReportingJira,
  report: Report,
  signal?: AbortSignal,
): Promise<{ commentId: string; action: 'created' | 'edited' | 'unchanged' }> {
  const body = await formatReport(report);
  const myself = await jira.getMyself(signal);

  const existing = await listReports(jira, report, myself, signal);
  const same = existing.find((comment) => comment.body === body);
  if (same) return { commentId: same.id, action: 'unchanged' };
  for (const { id } of existing) {
    if (await edited(jira, { ...report, id, body }, signal)) return { commentId: id, action: 'edited' };
  }

  try {
    const created = await jira.addComment(report.issueKey, body, signal);
    return { commentId: created.id, action: 'created' };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaskError) || error.code !== 'jira-unavailable') throw error;
    const known = new Set(existing.map(({ id }) => id));
    const lost = (await listReports(jira, report, myself, signal)).find(({ id }) => !known.has(id));
    if (!lost) throw error;
    // One that cannot be edited says the same as far as Jira kept it.
    if (lost.body !== body) await edited(jira, { ...report, id: lost.id, body }, signal);
    return { commentId: lost.id, action: 'created' };
  }
}

/** Edits our comment of this purpose if there is one, and writes none; false when there is none. */
export async function editReportComment(jira: ReportingJira, report: Report, signal?: AbortSignal): Promise<boolean> {
  const existing = await listReports(jira, report, await jira.getMyself(signal), signal);
  if (existing.length === 0) return false;
  const body = await formatReport(report);
  if (existing.some((comment) => comment.body === body)) return true;
  for (const { id } of existing) if (await edited(jira, { ...report, id, body }, signal)) return true;
  return false;
}

/**
 * Edits the one of our comments that is known by its id, and asks nothing before.
 * @throws {TaskError} `jira-*`, also where it was deleted.
 */
export async function editOwnComment(
  jira: Pick<Jira, 'updateComment'>,
  commentId: string,
  report: Report,
  signal?: AbortSignal,
): Promise<void> {
  await jira.updateComment(report.issueKey, commentId, await formatReport(report), signal);
}

/** Whether we wrote this comment. The footer decides too: a person may use the account of the agent by hand. */
export function isOwnComment(comment: IssueComment, myself: Pick<JiraUser, 'accountId'>): boolean {
  return comment.author.accountId === myself.accountId && parseFooter(comment.body) !== undefined;
}

/**
 * What people said on an issue for everyone who sees it, oldest first: no comment of ours, of apps and automation, and
 * none that only a group, a role or the team of a service desk may read.
 */
export async function listHumanComments(
  jira: Pick<Jira, 'listComments'>,
  issueKey: string,
  myself: Pick<JiraUser, 'accountId'>,
  signal?: AbortSignal,
): Promise<IssueComment[]> {
  const comments = await jira.listComments(issueKey, signal);
  return comments.filter(
    (comment) => !isOwnComment(comment, myself) && comment.author.accountType !== 'app' && !comment.restricted,
  );
}

/** Our comments of this purpose, oldest first; several where one could not be edited. */
async function listReports(
  jira: ReportingJira,
  { issueKey, purpose, runId, onePer }: Report,
  myself: JiraUser,
  signal: AbortSignal | undefined,
): Promise<IssueComment[]> {
  const comments = await jira.listComments(issueKey, signal);
  return comments.filter((comment) => {
    const footer = isOwnComment(comment, myself) ? parseFooter(comment.body) : undefined;
    return footer?.purpose === purpose && (onePer !== 'run' || footer.runId === runId);
  });
}

const NOT_EDITABLE: ReadonlySet<string> = new Set(['jira-not-found', 'jira-forbidden', 'jira-refused']);

/**
 * False when the comment was deleted meanwhile, or Jira does not let us edit it: editing is a permission of its own.
 */
async function edited(
  jira: ReportingJira,
  { issueKey, id, body }: { issueKey: string; id: string; body: string },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await jira.updateComment(issueKey, id, body, signal);
    return true;
  } catch (error) {
    if (error instanceof TaskError && NOT_EDITABLE.has(error.code)) return false;
    throw error;
  }
}

/** Jira refuses comments above 32,767 characters; this leaves room for markup. */
const MAX_LENGTH = 28_000;

/**
 * The comment as Jira will give it back, so that "does it already say this" is a comparison of texts. Rewriting the
 * Markdown also closes what a person left open (a code fence, an HTML comment), which would swallow the footer.
 */
async function formatReport(report: Report): Promise<string> {
  const cut = report.markdown.length > MAX_LENGTH;
  const shown = cut ? fitWords(report.markdown, MAX_LENGTH) : report.markdown;
  const markdownToAdf = await loadMarkdownToAdf();
  const content = adfToMarkdown(markdownToAdf(shown));
  return [content, cut ? '_(shortened)_' : '', formatFooter(report)].filter((part) => part !== '').join('\n\n');
}
