import { z } from 'zod';

import { AskRefusal } from './ask-refusal.ts';

/** The ticket says which tickets it waits for; with none left to wait for, that it waits no more. */
const Waiting = z.object({
  kind: z.literal('waiting'),
  issueKey: z.string(),
  jiraProject: z.string(),
  /** Keys, sorted. */
  waitsFor: z.array(z.string()),
});

/** A merge request was merged or closed: its ticket is looked after. What is reported is read from GitLab again. */
const MergeRequestEnded = z.object({
  kind: z.literal('merge-request-ended'),
  projectId: z.int(),
  iid: z.int(),
  ending: z.enum(['merged', 'closed']),
});

/** The ticket says once why a request on it started nothing. */
const Refused = z.object({
  kind: z.literal('refused'),
  issueKey: z.string(),
  reason: AskRefusal,
});

/**
 * The ticket says once that a credential of this deployment stands in it, so that it is rotated. Which one is not
 * named.
 */
const CredentialPasted = z.object({ kind: z.literal('credential-pasted'), issueKey: z.string() });

/** The same in a thread of a merge request. */
const CredentialInNote = z.object({
  kind: z.literal('credential-in-note'),
  projectId: z.int(),
  iid: z.int(),
  discussionId: z.string(),
});

/** The same in the title or the description of a merge request. */
const CredentialInMergeRequest = z.object({
  kind: z.literal('credential-in-merge-request'),
  projectId: z.int(),
  iid: z.int(),
});

/**
 * A small effect on a ticket or a thread that belongs to no run. Doing it twice changes nothing more than doing it
 * once.
 */
export const OutboxEntry = z.discriminatedUnion('kind', [
  Waiting,
  MergeRequestEnded,
  Refused,
  CredentialPasted,
  CredentialInNote,
  CredentialInMergeRequest,
]);
export type OutboxEntry = z.infer<typeof OutboxEntry>;
export type WaitingEntry = z.infer<typeof Waiting>;
export type RefusedEntry = z.infer<typeof Refused>;
export type CredentialInNoteEntry = z.infer<typeof CredentialInNote>;
export type CredentialInMergeRequestEntry = z.infer<typeof CredentialInMergeRequest>;
/** Where a credential of ours was read. */
export type CredentialAlarm = z.infer<typeof CredentialPasted> | CredentialInNoteEntry | CredentialInMergeRequestEntry;
export type MergeRequestEndedEntry = z.infer<typeof MergeRequestEnded>;

/** What an entry is about: there is one at a time of each kind and subject. */
export function outboxSubject(entry: OutboxEntry): string {
  switch (entry.kind) {
    case 'waiting':
    case 'refused':
    case 'credential-pasted':
      return entry.issueKey;
    case 'merge-request-ended':
    case 'credential-in-merge-request':
      return `${entry.projectId}~${entry.iid}`;
    case 'credential-in-note':
      return `${entry.projectId}~${entry.iid}~${entry.discussionId}`;
  }
}
