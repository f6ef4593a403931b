import { expect, it } from 'vitest';

import { aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { Command } from '../review/parse-command.ts';
import { Task } from '../runs/task.ts';
import { planCommand } from './plan-command.ts';

const requestedBy = { service: 'gitlab', id: '42', name: 'ada' } as const;

function plan(command: Command, source: { traceparent?: string } = {}) {
  const about = { discussionId: 'd1', noteId: 55, requestedBy, ...source };
  return planCommand(command, about, aMergeRequest({ headSha: 'abc' }), aReviewedBinding());
}

it.each<{ command: Command; depth: 'incremental' | 'full' }>([
  { command: { kind: 'review' }, depth: 'incremental' },
  { command: { kind: 'full-review' }, depth: 'full' },
])('makes a review of its own from $command.kind', ({ command, depth }) => {
  expect(plan(command)).toEqual({
    version: 1,
    kind: 'review',
    id: 'review~7~3~note~55',
    scope: 'mr~7~3',
    credentialRef: 'team_a',
    projectId: 7,
    mergeRequestIid: 3,
    headSha: 'abc',
    depth,
    cause: { kind: 'note', noteId: 55 },
    requestedBy,
  });
});

it.each<{ command: Command }>([
  { command: { kind: 'pause' } },
  { command: { kind: 'resume' } },
  { command: { kind: 'ignore' } },
  { command: { kind: 'help' } },
  { command: { kind: 'instruct', instruction: 'add a test' } },
])('answers $command.kind in the thread', ({ command }) => {
  expect(plan(command)).toEqual({
    version: 1,
    kind: 'reply',
    id: 'reply~7~3~55',
    scope: 'mr~7~3',
    credentialRef: 'team_a',
    projectId: 7,
    mergeRequestIid: 3,
    discussionId: 'd1',
    noteId: 55,
    requestedBy,
  });
});

it.each<{ command: Command }>([{ command: { kind: 'review' } }, { command: { kind: 'help' } }])(
  'says nothing of a person who is not known: $command.kind',
  ({ command }) => {
    const source = { discussionId: 'd1', noteId: 55 };
    const task = planCommand(command, source, aMergeRequest(), aReviewedBinding());
    expect(task).not.toHaveProperty('requestedBy');
    expect(task).not.toHaveProperty('traceparent');
  },
);

it.each<{ command: Command }>([{ command: { kind: 'review' } }, { command: { kind: 'help' } }])(
  'carries the trace of the event: $command.kind',
  ({ command }) => {
    const task = plan(command, { traceparent: '00-1-2-01' });
    expect(task.traceparent).toBe('00-1-2-01');
    expect(Task().parse(task)).toEqual(task);
  },
);
