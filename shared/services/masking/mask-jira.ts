import type { Issue, IssueComment, Jira } from '../../domain/ports/jira.ts';
import type { CredentialAlarm } from '../../domain/runs/outbox-entry.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import { mapTexts } from '../../kernel/text/map-texts.ts';
import { readUtf8 } from '../../kernel/text/read-utf8.ts';
import { splitFooter } from '../notifications/report-footer.ts';

export interface MaskJiraDeps {
  redactor: Pick<Redactor, 'maskKnown' | 'maskWritten'>;
  /** Called for each read of an issue in which a credential of ours stands. Must not throw. */
  onCredential: (alarm: CredentialAlarm) => void;
}

/**
 * Jira whose texts hold no credential of ours: one that a person pasted into a ticket goes into no prompt, title,
 * description, commit or comment. What is written is masked as well, together with what looks like another credential.
 */
export function maskJira(jira: Jira, { redactor, onCredential }: MaskJiraDeps): Jira {
  const mask = <T>(issueKey: string, read: T, texts: Partial<T>): T => {
    const isMasked = Object.entries(texts).some(([name, text]) => read[name as keyof T] !== text);
    if (isMasked) onCredential({ kind: 'credential-pasted', issueKey });
    return isMasked ? { ...read, ...texts } : read;
  };
  const maskIssue = (issue: Issue): Issue =>
    mask(issue.key, issue, {
      summary: redactor.maskKnown(issue.summary),
      description: redactor.maskKnown(issue.description),
      ...maskLabels(issue, (text) => redactor.maskKnown(text)),
      ...maskDetails(issue, (text) => redactor.maskKnown(text)),
    });
  const maskComment = (issueKey: string, comment: IssueComment): IssueComment =>
    mask(issueKey, comment, { body: redactor.maskKnown(comment.body) });
  /**
   * The footer is masked by itself: nothing that begins in the text may reach it, or the comment is not found again.
   */
  const maskReport = (markdown: string): string => {
    const { before, footer } = splitFooter(markdown);
    return redactor.maskWritten(before) + redactor.maskWritten(footer);
  };

  return {
    ...jira,
    async getIssue(...args) {
      return maskIssue(await jira.getIssue(...args));
    },
    async findIssue(...args) {
      const issue = await jira.findIssue(...args);
      return issue && maskIssue(issue);
    },
    async searchIssues(jql, options, signal) {
      const found = await jira.searchIssues(jql, options, signal);
      return { ...found, issues: found.issues.map(maskIssue) };
    },
    /** Other bytes than UTF-8 are shown to nothing that reads text. */
    async readAttachment(attachment, signal) {
      const bytes = await jira.readAttachment(attachment, signal);
      const text = readUtf8(bytes);
      const masked = text === undefined ? undefined : redactor.maskKnown(text);
      if (masked === undefined || masked === text) return bytes;
      onCredential({ kind: 'credential-pasted', issueKey: attachment.issueKey });
      return new TextEncoder().encode(masked);
    },
    attachText: (file, ...rest) => jira.attachText({ ...file, text: redactor.maskWritten(file.text) }, ...rest),
    async listComments(key, signal) {
      return (await jira.listComments(key, signal)).map((comment) => maskComment(key, comment));
    },
    /** The query of an address may be a token. Nothing is fetched from one, so all that looks like it is masked. */
    async listRemoteLinks(key, signal) {
      const links = await jira.listRemoteLinks(key, signal);
      if (links.some((link) => JSON.stringify(mapTexts(link, redactor.maskKnown)) !== JSON.stringify(link)))
        onCredential({ kind: 'credential-pasted', issueKey: key });
      return mapTexts(links, redactor.maskWritten);
    },
    createIssue: (issue, ...rest) =>
      jira.createIssue(
        {
          ...issue,
          summary: redactor.maskWritten(issue.summary),
          description: redactor.maskWritten(issue.description),
        },
        ...rest,
      ),
    addComment: (key, markdown, ...rest) => jira.addComment(key, maskReport(markdown), ...rest),
    updateComment: (key, id, markdown, ...rest) => jira.updateComment(key, id, maskReport(markdown), ...rest),
  };
}

/** As `maskDetails`. */
function maskLabels({ labels }: Issue, mask: (text: string) => string): Pick<Partial<Issue>, 'labels'> {
  const masked = labels.map(mask);
  return masked.some((label, index) => label !== labels[index]) ? { labels: masked } : {};
}

/** The details with every text masked; nothing where that changes none, so that they are not taken for masked. */
function maskDetails({ details }: Issue, mask: (text: string) => string): Pick<Partial<Issue>, 'details'> {
  if (!details) return {};
  const masked = mapTexts(details, mask);
  return JSON.stringify(masked) === JSON.stringify(details) ? {} : { details: masked };
}
