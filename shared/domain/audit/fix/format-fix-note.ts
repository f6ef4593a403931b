import { codeSpan } from '../../../kernel/text/code-span.ts';
import { sanitizeInline } from '../../guard/sanitize-agent-text.ts';
import type { Fix } from './fix.ts';

type Proposal = Extract<Fix, { kind: 'propose-key' }>;
type NewTicket = Extract<Fix, { kind: 'create-ticket' }>;

/** The note on a merge request that names no ticket: which ones it may belong to, and the title that would say so. */
export function formatProposal(
  { candidates, proposedTitle, repository, mergeRequestIid }: Proposal,
  fixVersion: string,
): string {
  return [
    formatHead(fixVersion, `${repository}!${mergeRequestIid}`),
    'It may belong to:',
    candidates.map(({ key, summary, because }) => `- ${key}: ${sanitizeInline(summary)}. ${because}`).join('\n'),
    formatTitle(proposedTitle),
  ].join('\n\n');
}

/** The note on a change whose ticket is being created; followed by one of the next two. */
export function formatCreating({ project, change }: NewTicket, fixVersion: string): string {
  return [formatHead(fixVersion, change), `A ticket for it is being created in ${project}.`].join('\n\n');
}

/** What that note becomes when Jira refused the ticket. */
export function formatNotCreated({ project, change }: NewTicket, fixVersion: string): string {
  return [formatHead(fixVersion, change), `A ticket for it could not be created in ${project}.`].join('\n\n');
}

/**
 * What that note becomes with the ticket. A merge request gets the title that names it; a commit can name none any
 * more.
 */
export function formatCreated(
  { summary, change }: NewTicket,
  ticket: { key: string; url: string },
  fixVersion: string,
): string {
  return [
    formatHead(fixVersion, change),
    `${CREATED}[${ticket.key}](${ticket.url}) was created for it.`,
    isCommit(change) ? 'The next audit finds it by its label.' : formatTitle(`${ticket.key}: ${summary}`),
  ].join('\n\n');
}

/** The key of the ticket that such a note names. */
export function readCreatedKey(note: string): string | undefined {
  const line = note.split('\n').find((one) => one.startsWith(CREATED));
  return line && /^\[([A-Z][A-Z0-9_]*-\d+)\]/.exec(line.slice(CREATED.length))?.[1];
}

const CREATED = 'The ticket ';

/** The description of such a ticket. */
export function formatTicket({ change, url }: NewTicket, fixVersion: string): string {
  return [
    `Created by \`cmap audit fix\` for [${sanitizeInline(change)}](${url}), which is in the release ${codeSpan(fixVersion)} and names no ticket.`,
    'The label of this ticket says which change it was created for; without it, it would be created again.',
  ].join('\n\n');
}

/** The comment on a ticket whose change has an older one. */
export function formatDuplicate(key: string): string {
  return `${key} was created for the same change: \`cmap audit fix\` ran twice at once. This ticket is of no release and can be closed.`;
}

/** `group/app@<sha>` and not `group/app!12`. */
function isCommit(change: string): boolean {
  return /@[0-9a-f]+$/.test(change);
}

function formatHead(fixVersion: string, change: string): string {
  return `**This ${isCommit(change) ? 'commit' : 'merge request'} is in the release ${codeSpan(fixVersion)} and names no ticket.**`;
}

function formatTitle(title: string): string {
  return `With this title the next audit finds the ticket:\n\n${codeSpan(title)}`;
}
