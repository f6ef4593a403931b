import { expect, it } from 'vitest';

import { Task } from './task.ts';
import { causeOf } from './task-cause.ts';

it.each([
  { id: 'coding~PROJ-12~10233', cause: { kind: 'issue-change', revision: '10233' } },
  { id: 'coding~PROJ-12~0', cause: { kind: 'issue-change', revision: '0' } },
  { id: 'coding~PROJ-12~c77', cause: { kind: 'issue-comment', commentId: '77' } },
  { id: 'coding~PROJ-12~c', cause: { kind: 'issue-change', revision: 'c' } },
  { id: 'coding~PROJ-12~c77x', cause: { kind: 'issue-change', revision: 'c77x' } },
  { id: 'coding~PROJ-12~xc77', cause: { kind: 'issue-change', revision: 'xc77' } },
  { id: 'coding~PROJ-12', cause: { kind: 'issue-change', revision: '' } },
  { id: 'review~7~3~abc123', cause: { kind: 'head' } },
  { id: 'review~7~3~note~55', cause: { kind: 'note', noteId: 55 } },
  { id: 'review~7~3~note~x', cause: { kind: 'head' } },
  { id: 'review~7~3~note', cause: { kind: 'head' } },
  { id: 'review~7~3~note~0', cause: { kind: 'head' } },
  { id: 'review~7~3~note~1', cause: { kind: 'note', noteId: 1 } },
  { id: 'review~7~3~note~-5', cause: { kind: 'head' } },
  { id: 'review~7~3~note~5.5', cause: { kind: 'head' } },
  { id: 'review~7~3~abc123~55', cause: { kind: 'head' } },
])('reads the cause of a message of an earlier version: $id', ({ id, cause }) => {
  expect(causeOf({ id })).toEqual(cause);
});

it('believes what the task says before its id', () => {
  expect(causeOf({ id: 'review~7~3~note~55', cause: { kind: 'head' } })).toEqual({ kind: 'head' });
});

it.each([
  '{"version":1,"kind":"coding","id":"coding~PROJ-12~1","scope":"issue~PROJ-12","jiraProject":"PROJ","issueKey":"PROJ-12"}',
  '{"version":1,"kind":"review","id":"review~7~3~a","scope":"mr~7~3","projectId":7,"mergeRequestIid":3,"headSha":"a"}',
  '{"version":1,"kind":"reply","id":"reply~7~3~9","scope":"mr~7~3","projectId":7,"mergeRequestIid":3,"discussionId":"d","noteId":9}',
])('parses a message of an earlier version: %s', (text) => {
  expect(Task().parse(JSON.parse(text))).toMatchObject({ credentialRef: 'default' });
});
