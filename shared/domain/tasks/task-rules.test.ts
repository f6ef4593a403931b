import { describe, expect, it } from 'vitest';

import { aCodingTask, anEchoTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { isFinal, type RunState } from '../runs/run.ts';
import { buildDedupKey, buildRunId } from '../runs/run-id.ts';
import { listSubjects } from '../runs/subjects.ts';
import { Task } from '../runs/task.ts';
import { canMove } from '../runs/transitions.ts';
import { buildReplyTask, buildReviewTask } from './build-task.ts';

const STATES: RunState[] = ['planned', 'queued', 'running', 'parked', 'done', 'failed', 'superseded', 'cancelled'];

describe('run ids', () => {
  it('are the same for the same key, short, and different when asked for again or with another salt', () => {
    const key = buildDedupKey('coding~PROJ-12~1');
    expect(buildRunId(key)).toMatch(/^run-[0-9a-f]{12}$/);
    expect(buildRunId(key)).toBe(buildRunId(key));
    const ids = [key, buildDedupKey('coding~PROJ-12~1', 'a'), buildDedupKey('coding~PROJ-12~1', 'b')].map((each) =>
      buildRunId(each),
    );
    expect(new Set([...ids, buildRunId(key, 1)]).size).toBe(4);
  });
});

describe('tasks', () => {
  it.each([
    {
      task: buildReviewTask({ projectId: 7, mergeRequestIid: 3, headSha: 'abc' }),
      id: 'review~7~3~abc',
      scope: 'mr~7~3',
    },
    {
      task: buildReviewTask({ projectId: 7, mergeRequestIid: 3, headSha: 'abc', request: 55 }),
      id: 'review~7~3~note~55',
      scope: 'mr~7~3',
    },
    {
      task: buildReplyTask({ projectId: 7, mergeRequestIid: 3, discussionId: 'd', noteId: 9 }),
      id: 'reply~7~3~9',
      scope: 'mr~7~3',
    },
    { task: anEchoTask({ id: 'echo~a', scope: 'echo~a' }), id: 'echo~a', scope: 'echo~a' },
  ])('$id is a valid task', ({ task, id, scope }) => {
    expect(Task.parse(task)).toEqual(task);
    expect(task).toMatchObject({ id, scope, credentialRef: 'default' });
  });

  it('are about everything, their project and their scope', () => {
    expect(listSubjects(aCodingTask())).toEqual(['all', 'jira~PROJ', 'issue~PROJ-12']);
    expect(listSubjects(aReviewTask())).toEqual(['all', 'gitlab~7', 'mr~7~3']);
  });
});

describe('transitions', () => {
  it('leave no final state and always allow a run to end', () => {
    for (const from of STATES) {
      for (const to of STATES) if (isFinal(from)) expect(canMove(from, to)).toBe(false);
      if (!isFinal(from))
        expect(['failed', 'superseded', 'cancelled'].every((to) => canMove(from, to as RunState))).toBe(true);
    }
  });
  it('are done only while running', () => {
    expect(STATES.filter((from) => canMove(from, 'done'))).toEqual(['running']);
  });
});
