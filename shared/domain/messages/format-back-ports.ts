import { codeSpan } from '../../kernel/text/code-span.ts';
import { sanitizeInline } from '../guard/sanitize-agent-text.ts';
import { formatMergeRequestTitle, type MergeRequestText } from './format-merge-request.ts';

/** What became of one fix version after the merge. */
export type BackPort = { version: string; branch: string } & (
  | { what: 'opened'; iid: number; url: string; state: 'opened' | 'closed' | 'merged' | 'locked' }
  /** The commits are not applied without a conflict. */
  | { what: 'conflict'; commits: readonly string[]; isMerge: boolean }
  | { what: 'there-already' }
  | { what: 'no-branch' }
  /** The name of the version makes no name of a branch. */
  | { what: 'odd-name' }
  /** GitLab does not let us; `why` is safe to stand in Markdown. */
  | { what: 'refused'; why: string }
);

const MAX_NAMED_COMMITS = 20;

/** The comment on a ticket about the branches of its fix versions. `left`: versions that were not looked at. */
export function formatBackPorts(
  { iid, url }: { iid: number; url: string },
  backPorts: readonly BackPort[],
  left: number,
): string {
  const lines = backPorts.map((backPort) => `- ${codeSpan(backPort.branch)}: ${describe(backPort)}`);
  const more = left === 0 ? [] : [`- and ${left} more fix versions, which the agent leaves to people`];
  return [`**Back-ports of merge request [!${iid}](${url}):**`, [...lines, ...more].join('\n')].join('\n\n');
}

function describe(backPort: BackPort): string {
  switch (backPort.what) {
    case 'opened':
      return describeOpened(backPort);
    case 'conflict':
      return `the change conflicts with this branch, so a person has to take it over: \`${commandOf(backPort)}\` on a branch of it.`;
    case 'there-already':
      return 'has the change already.';
    case 'no-branch':
      return 'there is no such branch, so there is nothing to do.';
    case 'odd-name':
      return `the fix version ${codeSpan(backPort.version)} makes no name of a branch.`;
    case 'refused':
      return `could not be made. ${backPort.why}`.trim();
  }
}

function describeOpened({ iid, url, state }: Extract<BackPort, { what: 'opened' }>): string {
  const link = `merge request [!${iid}](${url})`;
  if (state === 'merged') return `${link} was merged.`;
  if (state === 'closed') return `${link} was closed without being merged.`;
  return `${link} is open as a draft. A person has to review and merge it.`;
}

function commandOf({ commits, isMerge }: Extract<BackPort, { what: 'conflict' }>): string {
  const named = commits.slice(0, MAX_NAMED_COMMITS).join(' ');
  const more = commits.length > MAX_NAMED_COMMITS ? ' ...' : '';
  return `git cherry-pick -x ${isMerge ? '-m 1 ' : ''}${named}${more}`;
}

type BackPortText = Pick<MergeRequestText, 'issueKey' | 'issueSummary' | 'issueUrl'> & { branch: string };

/** `Draft: PROJ-12: [release/2.4] Summary`: which branch stands where a list still shows it. */
export function formatBackPortTitle({ issueKey, issueSummary, branch }: Omit<BackPortText, 'issueUrl'>): string {
  return formatMergeRequestTitle({ issueKey, issueSummary: `[${branch}] ${issueSummary}` });
}

/** `iid` is the merge request whose change it has. */
export function formatBackPortDescription({
  issueKey,
  issueSummary,
  issueUrl,
  branch,
  iid,
}: BackPortText & { iid: number }): string {
  return [
    `For [${issueKey}](${issueUrl}): ${sanitizeInline(issueSummary)}`,
    `The change of !${iid}, taken over to ${codeSpan(branch)} because it is the branch of a fix version of the ticket. GitLab applied it without a conflict; nothing was tested there yet.`,
    '---\nOpened by an agent. A person has to review and merge it.',
  ].join('\n\n');
}
