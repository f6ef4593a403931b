import { readSubject } from '../../../cli/arguments/subject.ts';
import { adfToMarkdown } from '../../../shared/adapters/jira/adf/adf-to-markdown.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import type { Discussion } from '../../pages/api/gitlab-schemas.ts';
import { addressOfMergeRequest } from '../../pages/gitlab/merge-request-page.ts';
import { addressOfIssue } from '../../pages/jira/issue-page.ts';
import type { Command, CommandDeps } from './command.ts';
import { findMergeRequest } from './find-merge-request.ts';
import { keyOf } from './issue-commands.ts';
import { nameOf } from './merge-request-commands.ts';

export const SHOW: Command = {
  example: 'show PROJ-1',
  does: 'all about it; or show !1; with its page',
  perform: (rest, deps) =>
    readSubject(rest)?.kind === 'merge-request' ? showMergeRequest(rest, deps) : showIssue(keyOf(rest), deps),
};

const LONGEST_TEXT = 300;

async function showIssue(key: string, { jira, origin }: CommandDeps): Promise<string> {
  const [issue, comments, links] = await Promise.all([jira.getIssue(key), jira.listComments(key), jira.listLinks(key)]);
  const { summary, status, assignee, labels } = issue;
  const said = comments.slice(-LAST_NOTES).map(({ author, body }) => quote(author, adfToMarkdown(body)));
  return [
    `${key}  ${summary}`,
    [status.name, assignee ? `assigned to ${assignee.name}` : 'not assigned', ...labels].join(', '),
    ...links.map(({ url, title }) => `${title}: ${url}`),
    ...said,
    `Page: ${origin}${addressOfIssue(key)}`,
  ].join('\n');
}

async function showMergeRequest(text: string, { gitlab, origin }: CommandDeps): Promise<string> {
  const found = await findMergeRequest(text, gitlab);
  const [discussions, diffs] = await Promise.all([gitlab.listDiscussions(found), gitlab.listDiffs(found)]);
  return [
    `${nameOf(found)}  ${found.title}`,
    `${found.state}${found.isDraft ? ', a draft' : ''}, from ${found.sourceBranch} to ${found.targetBranch}, by ${found.author}`,
    `Changes ${diffs.map(({ newPath }) => newPath).join(', ') || 'nothing'}`,
    ...discussions.flatMap(quoteDiscussion).slice(-LAST_NOTES),
    `Page: ${origin}${addressOfMergeRequest(found)}`,
  ].join('\n');
}

const LAST_NOTES = 5;

function quoteDiscussion({ notes }: Discussion): string[] {
  return notes.filter(({ system }) => !system).map(({ author, body }) => quote(author, body));
}

/** The beginning of what a person or cmap wrote, as one line. */
function quote(author: string, markdown: string): string {
  // Hidden marks are for programs.
  const text = markdown
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `  ${author}: ${fitText(text, LONGEST_TEXT)}`;
}
