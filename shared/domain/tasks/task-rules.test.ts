import { describe, expect, it } from 'vitest';

import { aCodingTask, anEchoTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { isFinal, type RunState } from '../runs/run.ts';
import { buildDedupKey, buildRunId } from '../runs/run-id.ts';
import { eventsSubject, listSubjects } from '../runs/subjects.ts';
import { Task } from '../runs/task.ts';
import { canMove } from '../runs/transitions.ts';
import { buildEchoTask, buildReplyTask, buildReviewTask, findRequestNote } from './build-task.ts';

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
      build: () => buildReviewTask({ projectId: 7, mergeRequestIid: 3, headSha: 'abc' }),
      id: 'review~7~3~abc',
      scope: 'mr~7~3',
    },
    {
      build: () => buildReviewTask({ projectId: 7, mergeRequestIid: 3, headSha: 'abc', request: 55 }),
      id: 'review~7~3~note~55',
      scope: 'mr~7~3',
    },
    {
      build: () => buildReplyTask({ projectId: 7, mergeRequestIid: 3, discussionId: 'd', noteId: 9 }),
      id: 'reply~7~3~9',
      scope: 'mr~7~3',
    },
    { build: () => buildEchoTask({ name: 'a', text: 'hello' }), id: 'echo~a', scope: 'echo~a' },
  ])('$id is a valid task', ({ build, id, scope }) => {
    const task = build();
    expect(Task().parse(task)).toEqual(task);
    expect(task).toMatchObject({ id, scope, credentialRef: 'default' });
  });

  it('prove the way through the system, and say nothing of what is not known', () => {
    expect(buildEchoTask({ name: 'a', text: 'hello' })).toEqual({
      version: 1,
      kind: 'echo',
      id: 'echo~a',
      scope: 'echo~a',
      credentialRef: 'default',
      text: 'hello',
    });
  });

  it('carry their credential, their trace and the person who asked', () => {
    const common = {
      credentialRef: 'team_a',
      traceparent: '00-1-2-01',
      requestedBy: { service: 'gitlab', id: '42', name: 'ada' },
    } as const;
    expect(buildEchoTask({ ...common, name: 'a', text: 'hello' })).toMatchObject(common);
  });

  it('know the note that asked for a review, and none where an event caused it', () => {
    const head = { projectId: 7, mergeRequestIid: 3, headSha: 'abc' };
    expect(findRequestNote(buildReviewTask({ ...head, request: 55 }))).toBe(55);
    expect(findRequestNote(buildReviewTask(head))).toBeUndefined();
  });

  it('are about everything, their project and their scope', () => {
    expect(listSubjects(aCodingTask())).toEqual(['all', 'jira~PROJ', 'issue~PROJ-12']);
    expect(listSubjects(aReviewTask())).toEqual(['all', 'gitlab~7', 'mr~7~3']);
    expect(listSubjects(aReplyTask())).toEqual(['all', 'gitlab~7', 'mr~7~3']);
    expect(listSubjects(anEchoTask({ scope: 'echo~a' }))).toEqual(['all', 'echo~a']);
    expect(eventsSubject('issue~PROJ-12')).toBe('events~issue~PROJ-12');
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
  it('queue a parked run only after it was planned again, because its message must be sent', () => {
    expect(STATES.filter((from) => canMove(from, 'queued'))).toEqual(['planned', 'queued', 'running']);
    for (const to of ['planned', 'running', 'parked'] as const)
      expect(STATES.filter((from) => canMove(from, to))).toEqual(['planned', 'queued', 'running', 'parked']);
  });
});
