import { z } from 'zod';

import { AskRefusal } from './ask-refusal.ts';

/** The ticket says which tickets it waits for; with nobody left to wait for, that it waits no more. */
const Waiting = z.object({
  kind: z.literal('waiting'),
  issueKey: z.string(),
  jiraProject: z.string(),
  /** Keys, sorted. */
  waitsFor: z.array(z.string()),
});

/** A merge request was merged or closed: its ticket is looked after. What is told is read from GitLab again. */
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

/** The ticket says once that a credential of this deployment stands in it, so that it is rotated. Which one is not named. */
const CredentialPasted = z.object({ kind: z.literal('credential-pasted'), issueKey: z.string() });

/** A small effect on a ticket that belongs to no run. Doing it twice changes nothing more than doing it once. */
export const OutboxEntry = z.discriminatedUnion('kind', [Waiting, MergeRequestEnded, Refused, CredentialPasted]);
export type OutboxEntry = z.infer<typeof OutboxEntry>;
export type WaitingEntry = z.infer<typeof Waiting>;
export type RefusedEntry = z.infer<typeof Refused>;
export type MergeRequestEndedEntry = z.infer<typeof MergeRequestEnded>;

/** What an errand is about: there is one at a time of each kind and subject. */
export function outboxSubject(entry: OutboxEntry): string {
  switch (entry.kind) {
    case 'waiting':
    case 'refused':
      return entry.issueKey;
    case 'credential-pasted':
      return entry.issueKey;
    case 'merge-request-ended':
      return `${entry.projectId}~${entry.iid}`;
  }
}
