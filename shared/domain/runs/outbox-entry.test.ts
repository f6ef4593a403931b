import { expect, it } from 'vitest';

import { aCodingTask, anEchoTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { AuditRequest } from '../tasks/audit-request.ts';
import { buildAuditTask } from '../tasks/build-audit-task.ts';
import { buildRunNotified, laneOf, type OutboxEntry, outboxSubject } from './outbox-entry.ts';
import type { Task } from './task.ts';

const ticket = { issueKey: 'PROJ-1' };
const mergeRequest = { projectId: 7, iid: 3 };
const ending = { credentialRef: 'team_a', days: 3 };

it.each<{ entry: OutboxEntry; subject: string; lane: string }>([
  {
    entry: { kind: 'waiting', ...ticket, jiraProject: 'PROJ', waitsFor: ['PROJ-9'] },
    subject: 'PROJ-1',
    lane: 'tickets',
  },
  { entry: { kind: 'refused', ...ticket, reason: 'asker-not-named' }, subject: 'PROJ-1', lane: 'tickets' },
  {
    entry: { kind: 'refused', ...ticket, reason: 'asker-not-named', about: 'rating' },
    subject: 'PROJ-1~rating',
    lane: 'tickets',
  },
  { entry: { kind: 'rated', ...ticket, runId: 'run-1', comment: '104' }, subject: 'run-1~104', lane: 'tickets' },
  { entry: { kind: 'credential-pasted', ...ticket }, subject: 'PROJ-1', lane: 'tickets' },
  { entry: { kind: 'credential-notice', ...ticket, ...ending }, subject: 'PROJ-1~team_a', lane: 'tickets' },
  { entry: { kind: 'merge-request-ended', ...mergeRequest, ending: 'merged' }, subject: '7~3', lane: 'tickets' },
  { entry: { kind: 'back-ports-begun', ...mergeRequest }, subject: '7~3', lane: 'tickets' },
  { entry: { kind: 'credential-in-merge-request', ...mergeRequest }, subject: '7~3', lane: 'tickets' },
  { entry: { kind: 'credential-in-note', ...mergeRequest, discussionId: 'd1' }, subject: '7~3~d1', lane: 'tickets' },
  {
    entry: { kind: 'run-told', runId: 'run-1', moment: 'started', team: 'PROJ' },
    subject: 'run-1~started',
    lane: 'team PROJ',
  },
  {
    entry: { kind: 'credential-told', urlRef: 'team_hook', ...ending },
    subject: 'team_hook~team_a',
    lane: 'webhook team_hook',
  },
])('$entry.kind is one entry about $subject and waits in the lane "$lane"', ({ entry, subject, lane }) => {
  expect([outboxSubject(entry), laneOf(entry)]).toEqual([subject, lane]);
});

it.each<{ task: Task; team: string }>([
  { task: aCodingTask(), team: 'PROJ' },
  { task: aReviewTask(), team: '7' },
  { task: aReplyTask(), team: '7' },
])('notifies the webhook of $team of a $task.kind run', ({ task, team }) => {
  expect(buildRunNotified({ runId: 'run-1', task }, 'ended')).toEqual({
    kind: 'run-told',
    runId: 'run-1',
    moment: 'ended',
    team,
  });
});

it.each<{ task: Task }>([
  { task: anEchoTask() },
  { task: buildAuditTask(AuditRequest.parse({ fixVersion: '2.4.0' }), { at: 0 }) },
])('notifies no webhook of a $task.kind run, which belongs to no binding', ({ task }) => {
  expect(buildRunNotified({ runId: 'run-1', task }, 'started')).toBeUndefined();
});
