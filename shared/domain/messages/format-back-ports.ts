import { codeSpan } from '../../kernel/text/code-span.ts';
import { listSome } from '../../kernel/text/list-some.ts';
import { sanitizeAgentText, sanitizeInline } from '../guard/sanitize-agent-text.ts';
import { formatMergeRequestTitle, type MergeRequestText } from './format-merge-request.ts';

/**
 * What became of one fix version after the merge. Without `version` the ticket has it no longer, and the agent had
 * begun with its branch before.
 */
export type BackPort = { version?: string; branch: string } & (
  | { what: 'opened'; iid: number; url: string; state: 'opened' | 'closed' | 'merged' | 'locked' }
  /** The commits are not applied without a conflict. */
  | { what: 'conflict'; commits: readonly string[]; isMerge: boolean }
  /** The agent could not resolve it either; `why` is safe to stand in Markdown. The commits may be unknown by now. */
  | { what: 'unresolved'; why: string; commits: readonly string[]; isMerge: boolean }
  /** The agent is at such a conflict. */
  | { what: 'resolving' }
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
  const lines = backPorts.map(formatLine);
  const more = left === 0 ? [] : [`- and ${left} more fix versions, which the agent leaves to people`];
  return [`**Back-ports of merge request [!${iid}](${url}):**`, [...lines, ...more].join('\n')].join('\n\n');
}

const RESOLVING =
  'the change conflicts with this branch. The agent resolves it, and this comment will say how that ended.';

/**
 * Such a comment, as Jira gives it back, in which no branch is under way any more: for when it cannot be written anew.
 * A branch that has no ending among these gets `otherwise`, which is safe there.
 */
export function endResolving(text: string, endings: readonly BackPort[], otherwise: string): string {
  const lines = endings.map((ending) => ({ before: `- ${codeSpan(ending.branch)}: ${RESOLVING}`, ending }));
  const replace = (line: string) => {
    if (!line.startsWith('- ') || !line.includes(RESOLVING)) return line;
    const found = lines.find(({ before }) => line.startsWith(before));
    return found
      ? formatLine(found.ending)
      : line.replace(RESOLVING, `the change conflicts with this branch. ${otherwise}`);
  };
  return text.split('\n').map(replace).join('\n');
}

function formatLine(backPort: BackPort): string {
  const gone = backPort.version === undefined ? ` ${NOT_WANTED}` : '';
  return `- ${codeSpan(backPort.branch)}: ${describe(backPort)}${gone}`;
}

const NOT_WANTED = 'The ticket no longer asks for this branch.';

function describe(backPort: BackPort): string {
  switch (backPort.what) {
    case 'opened':
      return describeOpened(backPort);
    case 'conflict':
      return `the change conflicts with this branch, so a person has to take it over${describeCommand(backPort)}.`;
    case 'unresolved':
      return `the change conflicts with this branch, which the agent could not resolve, so a person has to take it over${describeCommand(backPort)}. Why: ${backPort.why}`;
    case 'resolving':
      return RESOLVING;
    case 'there-already':
      return 'has the change already.';
    case 'no-branch':
      return 'there is no such branch, so there is nothing to do.';
    case 'odd-name':
      return `the fix version ${codeSpan(backPort.version ?? '')} makes no name of a branch.`;
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

function describeCommand({ commits, isMerge }: Extract<BackPort, { what: 'conflict' | 'unresolved' }>): string {
  if (commits.length === 0) return '';
  const named = commits.slice(0, MAX_NAMED_COMMITS).join(' ');
  const more = commits.length > MAX_NAMED_COMMITS ? ' ...' : '';
  return `: \`git cherry-pick -x ${isMerge ? '-m 1 ' : ''}${named}${more}\` on a branch of it`;
}

type BackPortText = Pick<MergeRequestText, 'issueKey' | 'issueSummary' | 'issueUrl'> & { branch: string };

/** `Draft: PROJ-12: [release/2.4] Summary`: which branch stands where a list still shows it. */
export function formatBackPortTitle({ issueKey, issueSummary, branch }: Omit<BackPortText, 'issueUrl'>): string {
  return formatMergeRequestTitle({ issueKey, issueSummary: `[${branch}] ${issueSummary}` });
}

/** How the agent took a change over that conflicted. */
export interface ResolvedBackPort {
  /** The files that were in conflict; absent where that is not known any more. */
  files?: readonly string[];
  /** The agent's. */
  summary: string;
  /** A line for each check the runner made. */
  checks: readonly string[];
}

/** `iid` is the merge request whose change it has. */
export function formatBackPortDescription({
  issueKey,
  issueSummary,
  issueUrl,
  branch,
  iid,
  resolved,
}: BackPortText & { iid: number; resolved?: ResolvedBackPort }): string {
  const how = resolved ? '' : ' GitLab applied it without a conflict; nothing was tested there yet.';
  return [
    `For [${issueKey}](${issueUrl}): ${sanitizeInline(issueSummary)}`,
    `The change of !${iid}, taken over to ${codeSpan(branch)} because it is the branch of a fix version of the ticket.${how}`,
    ...(resolved ? formatResolved(resolved) : []),
    '---\nOpened by an agent. A person has to review and merge it.',
  ].join('\n\n');
}

function formatResolved({ files, summary, checks }: ResolvedBackPort): string[] {
  if (files?.length === 0) return ['It was applied without a conflict.', ...formatChecks(checks)];
  const said = sanitizeAgentText(summary, { maxChars: 2000 });
  return [
    '**The change conflicted with this branch, and an agent resolved it.** Look at these files:',
    files ? listPaths(files) : 'The message of the commit says which.',
    ...(said === '' ? [] : [said]),
    ...formatChecks(checks),
  ];
}

function formatChecks(checks: readonly string[]): string[] {
  return checks.length === 0 ? [] : [`Checked: ${checks.join(', ')}.`];
}

const MAX_LISTED = 20;

function listPaths(files: readonly string[]): string {
  return listSome(files.map(codeSpan), MAX_LISTED).join('\n');
}
