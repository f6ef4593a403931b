import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { aCodingTask, anEchoTask, aReviewTask } from '../../../../test/builders/tasks.ts';
import { buildRunId } from '../../../domain/runs/run-id.ts';
import { formatPoisonMessage, formatTaskMessage, parsePoisonMessage, parseTaskMessage } from './wire-format.ts';

describe('task messages', () => {
  it('come back as they were, with any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const task = anEchoTask({ text });
        const message = formatTaskMessage(task, 'run-1');
        expect(message).toMatch(/^[\x20-\x7e]*$/);
        expect(parseTaskMessage(message)).toEqual({ kind: 'task', runId: 'run-1', task });
      }),
    );
  });

  it('hold nothing a task does not have', () => {
    const task = { ...aCodingTask(), token: 'glpat-something' };
    expect(formatTaskMessage(task, 'run-1')).not.toContain('glpat');
  });

  it.each([
    {
      name: 'a task without credential ref',
      text: JSON.stringify({ version: 1, runId: 'run-1', task: { ...aCodingTask(), credentialRef: undefined } }),
      expected: { runId: 'run-1', task: aCodingTask() },
    },
    {
      name: 'an envelope without version',
      text: JSON.stringify({ runId: 'run-1', task: aCodingTask() }),
      expected: { runId: 'run-1' },
    },
    {
      name: 'a task without version',
      text: JSON.stringify({ runId: 'run-1', task: { ...aCodingTask(), version: undefined } }),
      expected: { task: aCodingTask() },
    },
    {
      name: 'a bare task',
      text: JSON.stringify(aReviewTask()),
      expected: { runId: buildRunId(aReviewTask().id), task: aReviewTask() },
    },
    {
      name: 'base64',
      text: Buffer.from(formatTaskMessage(aCodingTask(), 'run-1')).toString('base64'),
      expected: { runId: 'run-1', task: aCodingTask() },
    },
    {
      name: 'base64 of a bare task, after white space',
      text: ` \n${Buffer.from(JSON.stringify(aReviewTask())).toString('base64')}`,
      expected: { task: aReviewTask() },
    },
    {
      name: 'a message that is indented',
      text: ` \n${formatTaskMessage(aCodingTask(), 'run-1')}`,
      expected: { runId: 'run-1', task: aCodingTask() },
    },
    {
      name: 'an envelope that names a kind, too',
      text: JSON.stringify({ kind: 'message', runId: 'run-1', task: aCodingTask() }),
      expected: { runId: 'run-1', task: aCodingTask() },
    },
    {
      name: 'fields of a later version',
      text: JSON.stringify({ version: 1, runId: 'run-1', later: 1, task: { ...aCodingTask(), later: 1 } }),
      expected: { task: aCodingTask() },
    },
  ])('are read as $name', ({ text, expected }) => {
    expect(parseTaskMessage(text)).toMatchObject({ kind: 'task', ...expected });
  });

  it.each([
    { text: '', reason: 'the message is not JSON' },
    { text: 'hello', reason: 'the message is not JSON' },
    { text: '{', reason: 'the message is not JSON' },
    { text: 'null', reason: 'the message is not JSON' },
    { text: '7', reason: 'the message is not JSON' },
    { text: Buffer.from('7').toString('base64'), reason: 'the message has a wrong or missing field: the whole' },
    { text: Buffer.from('[7]').toString('base64'), reason: 'the message has a wrong or missing field: the whole' },
    { text: Buffer.from('null').toString('base64'), reason: 'the message has a wrong or missing field: the whole' },
    { text: '{}', reason: 'the message has a wrong or missing field: task' },
    {
      text: JSON.stringify({ task: { ...aCodingTask(), requestedBy: { service: 'jira', id: 7 } } }),
      reason: 'the task has a wrong or missing field: requestedBy.id, requestedBy.name',
    },
    {
      text: JSON.stringify({ task: { kind: 'coding', version: 1, traceparent: 7, requestedBy: 7 } }),
      reason: 'the task has a wrong or missing field: id, scope, traceparent, requestedBy, jiraProject',
    },
    { text: '{"task":null}', reason: 'the task has a wrong or missing field: the whole' },
    { text: '{"task":7}', reason: 'the task has a wrong or missing field: the whole' },
    {
      text: '{"runId":"","version":"2","task":1}',
      reason: 'the message has a wrong or missing field: version, runId',
    },
    {
      text: JSON.stringify({ task: { kind: 'review', version: 1 } }),
      reason: 'the task has a wrong or missing field: id, scope, projectId, mergeRequestIid, headSha',
    },
    { text: '{"version":0,"task":{}}', reason: 'the message has a wrong or missing field: version' },
    { text: '{"version":1,"runId":7,"task":{}}', reason: 'the message has a wrong or missing field: runId' },
    {
      text: JSON.stringify({ task: { ...aCodingTask(), version: 0 } }),
      reason: 'the task has a wrong or missing field: version',
    },
    {
      text: JSON.stringify({ task: { ...aCodingTask(), kind: 'glpat-Secret1' } }),
      reason: 'the task has a wrong or missing field: kind',
    },
    {
      text: JSON.stringify({ task: { ...aCodingTask(), issueKey: 7, scope: '' } }),
      reason: 'the task has a wrong or missing field: scope, issueKey',
    },
  ])('are unreadable as $text', ({ text, reason }) => {
    expect(parseTaskMessage(text)).toEqual({ kind: 'unreadable', reason });
  });

  it.each([
    { json: { version: 2, work: {} }, reason: 'the message has version 2, which this release does not read' },
    {
      json: { version: 1, runId: 'run-1', task: { ...aCodingTask(), version: 3 } },
      reason: 'the task has version 3, which this release does not read',
    },
    { json: { ...aCodingTask(), version: 3 }, reason: 'the task has version 3, which this release does not read' },
    {
      json: { version: 1, runId: 'run-1', task: { ...aCodingTask(), kind: 'scan', path: 'src' } },
      reason: 'the task has the kind scan, which this release does not know',
    },
    { json: { kind: 'scan' }, reason: 'the task has the kind scan, which this release does not know' },
  ])('are known as those of a later release: $json', ({ json, reason }) => {
    expect(parseTaskMessage(JSON.stringify(json))).toEqual({ kind: 'unreadable', reason, isLater: true });
  });

  it('never throw when read', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => void parseTaskMessage(text)));
  });
});

describe('a task message of the most that a queue takes', () => {
  const withLength = (length: number) => {
    const task = (issueKey: string) => aCodingTask({ issueKey, id: 'i', scope: 's' });
    const rest = formatTaskMessage(task(''), 'run-1').length;
    return task('x'.repeat(length - rest));
  };

  it('is sent, and a longer one is refused with its length', () => {
    expect(formatTaskMessage(withLength(65_536), 'run-1')).toHaveLength(65_536);
    expect(() => formatTaskMessage(withLength(65_537), 'run-1')).toThrow(
      expect.objectContaining({ code: 'task-too-large', detail: '65537 bytes on the queue' }),
    );
  });
});

describe('poison messages', () => {
  it('have only what they were written with', () => {
    const content = { reason: 'x', attempt: 1 };
    expect(Object.keys(parsePoisonMessage(formatPoisonMessage(content))).sort()).toEqual(['attempt', 'reason']);
    const unreadable = { ...content, body: 'hello' };
    expect(parsePoisonMessage(formatPoisonMessage(unreadable))).toStrictEqual(unreadable);
  });

  it('are a task where an earlier release could read none', () => {
    const body = formatTaskMessage(aCodingTask(), 'run-1');
    const given = { reason: 'message-unreadable: the task has the kind coding', attempt: 5, body };
    expect(parsePoisonMessage(formatPoisonMessage(given))).toEqual({ ...given, runId: 'run-1', task: aCodingTask() });
  });

  it('come back as they were', () => {
    const content = { reason: 'too-many-attempts', attempt: 6, runId: 'run-1', task: aCodingTask() };
    expect(parsePoisonMessage(formatPoisonMessage(content))).toEqual(content);
  });

  it('fit into the queue with all that was unreadable', () => {
    const message = formatPoisonMessage({ reason: 'x', attempt: 1, body: 'ä'.repeat(65_536) });
    expect(message.length).toBeLessThan(65_536);
  });

  it('that are not ours are shown as they are', () => {
    expect(parsePoisonMessage('hello')).toEqual({
      reason: 'the poison message cannot be read',
      attempt: 0,
      body: 'hello',
    });
  });
});
