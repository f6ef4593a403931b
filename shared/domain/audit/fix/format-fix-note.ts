import { codeSpan } from '../../../kernel/text/code-span.ts';
import { sanitizeInline } from '../../messages/sanitize-agent-text.ts';
import type { Fix } from './fix.ts';

type Proposal = Extract<Fix, { kind: 'propose-key' }>;
type NewTicket = Extract<Fix, { kind: 'create-ticket' }>;

/** The note on a merge request that names no ticket: which ones it may belong to, and the title that would say so. */
export function formatProposal({ candidates, proposedTitle }: Proposal, fixVersion: string): string {
  return [
    formatHead(fixVersion),
    'It may belong to:',
    candidates.map(({ key, summary, because }) => `- ${key}: ${sanitizeInline(summary)}. ${because}`).join('\n'),
    formatTitle(proposedTitle),
  ].join('\n\n');
}

/** The note on a merge request whose ticket is being created; replaced by one of the next two. */
export function formatCreating({ project }: NewTicket, fixVersion: string): string {
  return [formatHead(fixVersion), `A ticket for it is being created in ${project}.`].join('\n\n');
}

/** What that note becomes when Jira refused the ticket. */
export function formatNotCreated({ project }: NewTicket, fixVersion: string): string {
  return [formatHead(fixVersion), `A ticket for it could not be created in ${project}.`].join('\n\n');
}

/** The note on a merge request that got a ticket of its own. */
export function formatCreated(
  { summary }: NewTicket,
  ticket: { key: string; url: string },
  fixVersion: string,
): string {
  return [
    formatHead(fixVersion),
    `The ticket [${ticket.key}](${ticket.url}) was created for it.`,
    formatTitle(`${ticket.key}: ${summary}`),
  ].join('\n\n');
}

/** The description of such a ticket. */
export function formatTicket({ change, url }: NewTicket, fixVersion: string): string {
  return [
    `Created by \`cmap audit fix\` for [${sanitizeInline(change)}](${url}), which is in the release ${codeSpan(fixVersion)} and names no ticket.`,
    'The label of this ticket says which change it was created for; without it, it would be created again.',
  ].join('\n\n');
}

function formatHead(fixVersion: string): string {
  return `**This merge request is in the release ${codeSpan(fixVersion)} and names no ticket.**`;
}

function formatTitle(title: string): string {
  return `With this title the next audit finds the ticket:\n\n${codeSpan(title)}`;
}
