import { sha256 } from '../../kernel/sha256.ts';
import type { OutboxEntry, RunNotifiedEntry, WeeklyReportEntry } from './outbox-entry-schema.ts';
import type { Run } from './run.ts';

export type {
  BackPortsBegunEntry,
  CredentialAlarm,
  CredentialEnding,
  CredentialInMergeRequestEntry,
  CredentialInNoteEntry,
  CredentialNoticeEntry,
  CredentialNotifiedEntry,
  CriteriaMarkedEntry,
  KeptBranchEntry,
  MergeRequestEndedEntry,
  OutboxEntry,
  OwnReviewDueEntry,
  RatedEntry,
  RefusedEntry,
  RequestedChangesEntry,
  RunNotifiedEntry,
  UnroutedEntry,
  WaitingEntry,
  WeeklyReportEntry,
} from './outbox-entry-schema.ts';

/** What an entry is about: there is one at a time of each kind and subject. */
export function outboxSubject(entry: OutboxEntry): string {
  switch (entry.kind) {
    case 'refused':
      return entry.about === undefined ? entry.issueKey : `${entry.issueKey}~${entry.about}`;
    case 'waiting':
    case 'unrouted':
    case 'credential-pasted':
      return entry.issueKey;
    case 'merge-request-ended':
    case 'back-ports-begun':
    case 'own-review-due':
    case 'requested-changes':
    case 'credential-in-merge-request':
      return `${entry.projectId}~${entry.iid}`;
    case 'credential-in-note':
      return `${entry.projectId}~${entry.iid}~${entry.discussionId}`;
    case 'criteria-marked':
      return `${entry.issueKey}~${entry.iid}`;
    case 'rated':
      return `${entry.runId}~${entry.comment}`;
    case 'kept-branch':
      return `${entry.projectId}~${entry.issueKey}`;
    case 'run-told':
      return `${entry.runId}~${entry.moment}`;
    case 'credential-told':
      return `${entry.urlRef}~${entry.credentialRef}`;
    case 'credential-notice':
      return `${entry.issueKey}~${entry.credentialRef}`;
    case 'weekly-report':
      return `${nameTarget(entry)}~${nameWeekly(entry)}`;
  }
}

/** What a report is known by on its issue and to its receiver: the week, and which projects where not all. */
export function nameWeekly({ week, projects }: Pick<WeeklyReportEntry, 'week' | 'projects'>): string {
  // A hundred keys would fit neither a row key nor the footer of a comment.
  return projects.length === 0 ? week : `${week}-${sha256(projects.join(' ')).slice(0, 8)}`;
}

function nameTarget({ to }: WeeklyReportEntry): string {
  return 'issueKey' in to ? to.issueKey : `webhook ${to.urlRef}`;
}

/**
 * The entry by which a webhook is notified of a run; `undefined` for a run that belongs to no binding. Always the same
 * for one run and moment.
 */
export function buildRunNotified({ runId, task }: Pick<Run, 'runId' | 'task'>, moment: RunNotifiedEntry['moment']) {
  const team = teamOf(task);
  return team === undefined ? undefined : ({ kind: 'run-told', runId, moment, team } satisfies RunNotifiedEntry);
}

function teamOf(task: Run['task']): string | undefined {
  switch (task.kind) {
    case 'coding':
      return task.jiraProject;
    case 'review':
    case 'reply':
    case 'update':
      return String(task.projectId);
    case 'audit':
    case 'echo':
      return undefined;
  }
}

/** Entries of one lane wait for each other. Each team's webhook is a lane; what goes to Jira and GitLab is another. */
export function laneOf(entry: OutboxEntry): string {
  switch (entry.kind) {
    case 'run-told':
      return `team ${entry.team}`;
    case 'credential-told':
      return `webhook ${entry.urlRef}`;
    // It takes minutes to read a week of many projects; nothing else waits for that.
    case 'weekly-report':
      return `report ${nameTarget(entry)}`;
    default:
      return TICKETS;
  }
}

/** These only point to what is read when they are done: the same one again is a new event. */
const NEVER_REMEMBERED: readonly OutboxEntry['kind'][] = [
  'back-ports-begun',
  'own-review-due',
  'criteria-marked',
  'requested-changes',
];

/** Whether what was done about an entry is remembered, so that the same one again is nothing new. */
export function isRemembered(entry: OutboxEntry): boolean {
  // Nothing is asked for any more in a merge request that has ended.
  if (entry.kind === 'requested-changes' && entry.ending !== undefined) return true;
  return !NEVER_REMEMBERED.includes(entry.kind);
}

/** The lane of everything that is no webhook of a team. */
export const TICKETS = 'tickets';
