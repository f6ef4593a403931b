import * as z from 'zod';

import { AskRefusal } from './ask-refusal.ts';
import { RouteProblem } from './route-problem.ts';

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

/**
 * Back-ports of a merged merge request are under way: its ticket says what became of them when they have ended. Where
 * that stands is kept for when the map no longer says whose merge request it is.
 */
const BackPortsBegun = z.object({
  kind: z.literal('back-ports-begun'),
  projectId: z.int(),
  iid: z.int(),
  /** Absent in entries of earlier versions. */
  comment: z.object({ issueKey: z.string(), runId: z.string() }).optional(),
});

/**
 * A merge request of the agent goes to people when its own review has looked at it and one round of the agent has
 * mended what that found. A pointer: all there is to know is read again each time.
 */
const OwnReviewDue = z.object({ kind: z.literal('own-review-due'), projectId: z.int(), iid: z.int() });

/**
 * The ticket says what a review has said about its criteria; which words there are is read from that run. A newer
 * review of the merge request replaces it.
 */
const CriteriaMarked = z.object({
  kind: z.literal('criteria-marked'),
  issueKey: z.string(),
  iid: z.int(),
  /** Address of the merge request. */
  url: z.string(),
  /** The review. */
  runId: z.string(),
});

/**
 * The ticket says whether people ask for changes in its merge request. What they ask for is read from GitLab when it is
 * done. `ending`: it was seen merged or closed; that is said once, until it is open again.
 */
const RequestedChanges = z.object({
  kind: z.literal('requested-changes'),
  projectId: z.int(),
  iid: z.int(),
  ending: z.enum(['merged', 'closed']).optional(),
});

/** The ticket says once why a request on it started nothing, or once why an answer on it was not counted. */
const Refused = z.object({
  kind: z.literal('refused'),
  issueKey: z.string(),
  reason: AskRefusal,
  /** Absent: a request for work. */
  about: z.literal('rating').optional(),
});

/**
 * The ticket says whose word about a run in shadow was counted. Which words there are is read from the run: one comment
 * is one entry, so that a second delivery of it says nothing more.
 */
const Rated = z.object({
  kind: z.literal('rated'),
  issueKey: z.string(),
  runId: z.string(),
  /** Its id. */
  comment: z.string(),
});

/** Refused work lies on a branch of its own, which goes when its ticket ends. */
const KeptBranchLeft = z.object({
  kind: z.literal('kept-branch'),
  issueKey: z.string(),
  projectId: z.int(),
  credentialRef: z.string(),
  branch: z.string(),
  /** What is pushed there now. */
  sha: z.string(),
  /** What runs of the ticket have pushed there before: it lies there still where GitLab does not take `sha`. */
  earlier: z.array(z.string()).optional(),
});

/**
 * The ticket says that it fits no route of its project, or several; with no problem left, that it goes on. What a
 * comment asked for is not taken back, because the comment asks for nothing more.
 */
const Unrouted = z.object({
  kind: z.literal('unrouted'),
  issueKey: z.string(),
  jiraProject: z.string(),
  by: z.enum(['change', 'comment']),
  problem: RouteProblem.optional(),
  /** Lines of Markdown: each route it may be made to fit. */
  routes: z.array(z.string()),
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
 * The webhook of a binding is notified that a run has started or ended. A pointer: it is written before the run moves,
 * and what is sent is read from the run when it has. What is stored keeps the kind of the first version.
 */
const RunNotified = z.object({
  kind: z.literal('run-told'),
  runId: z.string(),
  moment: z.enum(['started', 'ended']),
  /** Whose webhook it is, as far as the task says: a Jira project, or the number of a GitLab project. */
  team: z.string(),
});

/** How the end of a credential was found. */
const Ending = {
  credentialRef: z.string(),
  /** Whole days that are left; negative once it has ended or was revoked. */
  days: z.int(),
  /** The day it ends, `2026-01-21`; absent where GitLab only refused it. */
  expiresAt: z.string().optional(),
  /** When it was last accepted, in milliseconds, where it is refused now: one end is not taken for another. */
  acceptedAt: z.number().optional(),
};

/** A webhook is notified that a credential ends. What is stored keeps the kind of the first version. */
const CredentialNotified = z.object({ kind: z.literal('credential-told'), urlRef: z.string(), ...Ending });

/** An issue says that a credential ends. */
const CredentialNotice = z.object({ kind: z.literal('credential-notice'), issueKey: z.string(), ...Ending });

/**
 * The weekly report of Jira projects (none named: all of the map) is written on an issue, or a webhook is notified of
 * it: once for a week and place.
 */
const WeeklyReportDue = z.object({
  kind: z.literal('weekly-report'),
  /** `2026-W05` */
  week: z.string(),
  /** Sorted. */
  projects: z.array(z.string()),
  to: z.union([z.object({ issueKey: z.string() }), z.object({ urlRef: z.string() })]),
});

/**
 * A small effect on a ticket, a thread or a webhook that belongs to no run, or outlives it. Doing it twice changes
 * nothing more than doing it once.
 */
export const OutboxEntry = z.discriminatedUnion('kind', [
  Waiting,
  MergeRequestEnded,
  BackPortsBegun,
  OwnReviewDue,
  CriteriaMarked,
  RequestedChanges,
  Refused,
  Rated,
  KeptBranchLeft,
  Unrouted,
  CredentialPasted,
  CredentialInNote,
  CredentialInMergeRequest,
  RunNotified,
  CredentialNotified,
  CredentialNotice,
  WeeklyReportDue,
]);
export type OutboxEntry = z.infer<typeof OutboxEntry>;
export type WaitingEntry = z.infer<typeof Waiting>;
export type RefusedEntry = z.infer<typeof Refused>;
export type RatedEntry = z.infer<typeof Rated>;
export type KeptBranchEntry = z.infer<typeof KeptBranchLeft>;
export type UnroutedEntry = z.infer<typeof Unrouted>;
export type CredentialInNoteEntry = z.infer<typeof CredentialInNote>;
export type CredentialInMergeRequestEntry = z.infer<typeof CredentialInMergeRequest>;
export type RunNotifiedEntry = z.infer<typeof RunNotified>;
export type CredentialNotifiedEntry = z.infer<typeof CredentialNotified>;
export type CredentialNoticeEntry = z.infer<typeof CredentialNotice>;
export type WeeklyReportEntry = z.infer<typeof WeeklyReportDue>;
/** A credential that ends, or has ended. */
export type CredentialEnding = Omit<CredentialNoticeEntry, 'kind' | 'issueKey'>;
/** Where a credential of ours was read. */
export type CredentialAlarm = z.infer<typeof CredentialPasted> | CredentialInNoteEntry | CredentialInMergeRequestEntry;
export type MergeRequestEndedEntry = z.infer<typeof MergeRequestEnded>;
export type BackPortsBegunEntry = z.infer<typeof BackPortsBegun>;
export type RequestedChangesEntry = z.infer<typeof RequestedChanges>;
export type CriteriaMarkedEntry = z.infer<typeof CriteriaMarked>;
export type OwnReviewDueEntry = z.infer<typeof OwnReviewDue>;
