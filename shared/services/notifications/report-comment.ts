import { adfToMarkdown } from '../../adapters/jira/adf/adf-to-markdown.ts';
import { withMention } from '../../adapters/jira/adf/with-mention.ts';
import { loadMarkdownToAdf } from '../../adapters/jira/load-markdown-to-adf.ts';
import type { IssueComment, Jira, JiraUser, Mention } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { formatFooter, parseFooter, type ReportFooter, splitFooter } from './report-footer.ts';

export type ReportingJira = Pick<Jira, 'getMyself' | 'listComments' | 'addComment' | 'updateComment'>;

export interface Report extends ReportFooter {
  issueKey: string;
  /** Whether there is one comment of this purpose on the issue, or one for each run. */
  onePer?: 'issue' | 'run';
  /** What the run was called in the comment before: by an earlier version, or as long as it was not known. */
  formerRunId?: string;
  /** What people read; the footer is added here. */
  markdown: string;
  /** Who is notified of it; the account of the agent itself is not. */
  mention?: Mention | undefined;
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
  const myself = await jira.getMyself(signal);
  const said = await formatReport(report, myself);

  const existing = await listReports(jira, report, myself, signal);
  const same = existing.find((comment) => comment.body === said.readBack);
  if (same) return { commentId: same.id, action: 'unchanged' };
  for (const { id } of existing) {
    if (await edited(jira, { ...report, id, said }, signal)) return { commentId: id, action: 'edited' };
  }

  try {
    const add = (mention?: Mention) => jira.addComment(report.issueKey, said.body, signal, mention);
    const created = await mentioning(said.mention, add);
    return { commentId: created.id, action: 'created' };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TaskError) || error.code !== 'jira-unavailable') throw error;
    const known = new Set(existing.map(({ id }) => id));
    const lost = (await listReports(jira, report, myself, signal)).find(({ id }) => !known.has(id));
    if (!lost) throw error;
    // One that cannot be edited says the same as far as Jira kept it.
    if (lost.body !== said.readBack) await edited(jira, { ...report, id: lost.id, said }, signal);
    return { commentId: lost.id, action: 'created' };
  }
}

/** Edits our comment of this purpose if there is one, and writes none; false when there is none. */
export async function editReportComment(jira: ReportingJira, report: Report, signal?: AbortSignal): Promise<boolean> {
  const myself = await jira.getMyself(signal);
  const existing = await listReports(jira, report, myself, signal);
  if (existing.length === 0) return false;
  const said = await formatReport(report, myself);
  if (existing.some((comment) => comment.body === said.readBack)) return true;
  for (const { id } of existing) if (await edited(jira, { ...report, id, said }, signal)) return true;
  return false;
}

/**
 * Changes the text of our comment of this purpose, which `change` is given without its footer and without the person it
 * mentions, who stays mentioned, if there is one that may be edited; false otherwise.
 */
export async function changeReportComment(
  jira: Pick<ReportingJira, 'getMyself' | 'listComments' | 'updateComment'>,
  { change, ...report }: Omit<Report, 'markdown' | 'mention'> & { change: (text: string) => string },
): Promise<boolean> {
  for (const comment of await listReports(jira, report, await jira.getMyself(), undefined)) {
    const { mention, rest = comment.body } = comment.addressed ?? {};
    const said = await formatReport({ ...report, markdown: change(splitFooter(rest).before), mention });
    if (said.readBack === comment.body) return true;
    if (await edited(jira, { issueKey: report.issueKey, id: comment.id, said }, undefined)) return true;
  }
  return false;
}

/**
 * Edits the one of our comments that is known by its id, and asks nothing before.
 * @throws {TaskError} `jira-*`, also where it was deleted.
 */
export async function editOwnComment(
  jira: Pick<Jira, 'updateComment'>,
  commentId: string,
  report: Omit<Report, 'mention'>,
  signal?: AbortSignal,
): Promise<void> {
  await jira.updateComment(report.issueKey, commentId, (await formatReport(report)).body, signal);
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

/** A comment in two forms: as it is given to Jira, and as Jira gives it back with the person it mentions. */
interface Said {
  body: string;
  readBack: string;
  mention?: Mention;
}

/** Our comments of this purpose, oldest first; several where one could not be edited. */
async function listReports(
  jira: Pick<ReportingJira, 'listComments'>,
  { issueKey, purpose, runId, formerRunId, onePer }: Omit<Report, 'markdown'>,
  myself: JiraUser,
  signal: AbortSignal | undefined,
): Promise<IssueComment[]> {
  const comments = await jira.listComments(issueKey, signal);
  return comments.filter((comment) => {
    const footer = isOwnComment(comment, myself) ? parseFooter(comment.body) : undefined;
    if (footer?.purpose !== purpose) return false;
    return onePer !== 'run' || footer.runId === runId || footer.runId === formerRunId;
  });
}

const NOT_EDITABLE: ReadonlySet<string> = new Set(['jira-not-found', 'jira-forbidden', 'jira-refused']);

/**
 * False when the comment was deleted meanwhile, or Jira does not let us edit it: editing is a permission of its own.
 */
async function edited(
  jira: Pick<ReportingJira, 'updateComment'>,
  { issueKey, id, said }: { issueKey: string; id: string; said: Said },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await mentioning(said.mention, (mention) => jira.updateComment(issueKey, id, said.body, signal, mention));
    return true;
  } catch (error) {
    if (error instanceof TaskError && NOT_EDITABLE.has(error.code)) return false;
    throw error;
  }
}

/**
 * What is said matters more than who is notified: a mention that Jira refuses is left out, as of an account that is
 * gone.
 */
async function mentioning<T>(mention: Mention | undefined, write: (mention?: Mention) => Promise<T>): Promise<T> {
  try {
    return await write(mention);
  } catch (error) {
    if (!mention || !(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
    return write();
  }
}

/** Jira refuses comments above 32,767 characters; this leaves room for markup. */
const MAX_LENGTH = 28_000;

/**
 * The comment as Jira will give it back, so that "does it already say this" is a comparison of texts. Rewriting the
 * Markdown also closes what a person left open (a code fence, an HTML comment), which would swallow the footer.
 */
async function formatReport(report: Report, myself?: Pick<JiraUser, 'accountId'>): Promise<Said> {
  const cut = report.markdown.length > MAX_LENGTH;
  const shown = cut ? fitWords(report.markdown, MAX_LENGTH) : report.markdown;
  const markdownToAdf = await loadMarkdownToAdf();
  const document = markdownToAdf(shown);
  const end = [cut ? '_(shortened)_' : '', formatFooter(report)];
  const join = (content: string) => [content, ...end].filter((part) => part !== '').join('\n\n');
  const body = join(adfToMarkdown(document));
  const { mention } = report;
  if (!mention || mention.accountId === myself?.accountId) return { body, readBack: body };
  return { body, readBack: join(adfToMarkdown(withMention(document, mention))), mention };
}
