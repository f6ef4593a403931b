import { expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { type MovingJira, moveIssue } from './move-issue.ts';

const TODO = { id: '1', name: 'To Do', category: 'new' as const };
const DOING = { id: '3', name: 'In Progress', category: 'indeterminate' as const };

function createWorkflow({ fails, moved = true }: { fails?: ErrorCode; moved?: boolean } = {}) {
  let status: typeof TODO | typeof DOING = TODO;
  const calls: string[] = [];
  const jira: MovingJira = {
    getIssue: async (key) => anIssue({ key, status }),
    async listTransitions() {
      calls.push('list');
      return status === TODO ? [{ id: '11', name: 'Start work', to: DOING }] : [];
    },
    async transition(_key, id) {
      calls.push(`transition ${id}`);
      if (moved) status = DOING;
      if (fails) throw new TaskError(fails);
    },
  };
  return { jira, calls };
}

const toDoing = { issueKey: 'PROJ-1', targetStatus: 'in progress' };

it('moves by the name of the target status, once', async () => {
  const { jira, calls } = createWorkflow();

  expect(await moveIssue(jira, toDoing)).toBe('moved');
  expect(await moveIssue(jira, toDoing)).toBe('already-there');
  expect(calls).toEqual(['list', 'transition 11']);
});

it('leaves an issue alone that was moved to another project, for which Jira answers by its old key', async () => {
  const { jira, calls } = createWorkflow();
  const elsewhere = { ...jira, getIssue: async () => anIssue({ key: 'OTHER-5', status: TODO }) };
  expect(await moveIssue(elsewhere, toDoing)).toBe('left-alone');
  expect(calls).toEqual([]);
});

it('says what can be reached when the workflow has no way', async () => {
  const { jira, calls } = createWorkflow();

  await expect(moveIssue(jira, { ...toDoing, targetStatus: 'In Review' })).rejects.toMatchObject({
    code: 'transition-unavailable',
    detail: '"In Review" cannot be reached from "To Do"; these can be reached: In Progress (by "Start work").',
  });
  expect(calls).toEqual(['list']);
});

it.each<{ fails: ErrorCode }>([{ fails: 'jira-unavailable' }, { fails: 'jira-refused' }])(
  'counts a move as done when Jira answers $fails but the issue is there',
  async ({ fails }) => {
    const { jira, calls } = createWorkflow({ fails });

    expect(await moveIssue(jira, toDoing)).toBe('moved');
    expect(calls).toEqual(['list', 'transition 11']);
  },
);

it('passes the error on when the issue did not move', async () => {
  const { jira } = createWorkflow({ fails: 'jira-forbidden', moved: false });

  await expect(moveIssue(jira, toDoing)).rejects.toMatchObject({ code: 'jira-forbidden' });
});

it('tries the next of several transitions to the status after a refusal', async () => {
  const calls: string[] = [];
  let status: typeof TODO | typeof DOING = TODO;
  const jira: MovingJira = {
    getIssue: async (key) => anIssue({ key, status }),
    listTransitions: async () => [
      { id: '11', name: 'Start with estimate', to: DOING },
      { id: '21', name: 'Start', to: DOING },
    ],
    async transition(_key, id) {
      calls.push(id);
      if (id === '11') throw new TaskError('jira-refused', { detail: 'estimate: is required' });
      status = DOING;
    },
  };

  expect(await moveIssue(jira, toDoing)).toBe('moved');
  expect(calls).toEqual(['11', '21']);
});

it('names the fields a person has to fill in when every transition to the status is refused', async () => {
  const jira: MovingJira = {
    getIssue: async (key) => anIssue({ key, status: TODO }),
    listTransitions: async () => [{ id: '11', name: 'Start', to: DOING, requiredFields: ['Estimate', 'Team'] }],
    transition: () => Promise.reject(new TaskError('jira-refused', { detail: 'Fields are missing.' })),
  };

  await expect(moveIssue(jira, toDoing)).rejects.toMatchObject({
    code: 'jira-refused',
    detail: '"Start" asks for Estimate, Team. Fields are missing.',
  });
});
