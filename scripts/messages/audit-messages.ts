import type { Fix } from '../../shared/domain/audit/fix/fix.ts';
import {
  formatCreated,
  formatCreating,
  formatDuplicate,
  formatNotCreated,
  formatProposal,
  formatTicket,
} from '../../shared/domain/audit/fix/format-fix-note.ts';
import { HEAD_SHA } from './examples.ts';
import type { MessageGroup } from './message.ts';

const RELEASE = '2.4.0';
const about = { finding: 'missing-key:shop/web!7', why: 'It names no ticket.' };
const proposal: Extract<Fix, { kind: 'propose-key' }> = {
  ...about,
  kind: 'propose-key',
  repository: 'shop/web',
  mergeRequestIid: 7,
  candidates: [
    { key: 'PROJ-12', summary: 'Greet people on the start page', because: 'The branch is named after it.' },
    { key: 'PROJ-31', summary: 'Greet people in the mail', because: 'Its title has the same words.' },
  ],
  proposedTitle: 'PROJ-12: Greet people',
};
const ofMergeRequest: Extract<Fix, { kind: 'create-ticket' }> = {
  ...about,
  kind: 'create-ticket',
  change: 'shop/web!7',
  project: 'PROJ',
  summary: 'Greet people',
  fixVersion: RELEASE,
  url: 'https://gitlab.example.com/shop/web/-/merge_requests/7',
};
const ofCommit = { ...ofMergeRequest, change: `shop/web@${HEAD_SHA.slice(0, 12)}` };
const ticket = { key: 'PROJ-44', url: 'https://example.atlassian.net/browse/PROJ-44' };

/** What `cmap audit fix --apply` writes. */
export const AUDIT_MESSAGES: readonly MessageGroup[] = [
  {
    title: 'What an audit is followed by',
    about: '`cmap audit fix --apply` writes these, each once: a note on the change, which is edited, and a ticket.',
    messages: [
      { when: 'a merge request names no ticket and some fit', text: formatProposal(proposal, RELEASE) },
      { when: 'none fits and a ticket is created', text: formatCreating(ofMergeRequest, RELEASE) },
      { when: 'that ticket is there', text: formatCreated(ofMergeRequest, ticket, RELEASE) },
      { when: 'it is there for a commit without a merge request', text: formatCreated(ofCommit, ticket, RELEASE) },
      { when: 'Jira refused it', text: formatNotCreated(ofMergeRequest, RELEASE) },
      { when: 'the ticket is created: its description', text: formatTicket(ofMergeRequest, RELEASE) },
      { when: 'two people applied it at once: the comment on the later ticket', text: formatDuplicate(ticket.key) },
    ],
  },
];
