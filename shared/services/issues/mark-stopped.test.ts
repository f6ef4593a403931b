import { expect, it } from 'vitest';

import { anIssue, theAgent } from '../../../test/builders/jira.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { markStopped } from './mark-stopped.ts';

const statuses = { inProgress: 'In Progress', inReview: 'In Review', done: 'Done', stopped: 'Needs Input' };
const DOING = { id: '3', name: 'In Progress', category: 'indeterminate' as const };
const NEEDS = { id: '4', name: 'Needs Input', category: 'indeterminate' as const };

function aSite({ fails }: { fails?: ErrorCode } = {}) {
  const issue = anIssue({ key: 'PROJ-1', status: DOING, labels: [] });
  const calls: string[] = [];
  const jira = {
    getMyself: async () => theAgent(),
    async getIssue() {
      return issue;
    },
    async listTransitions() {
      return [{ id: '31', name: 'Ask', to: NEEDS }];
    },
    async transition(_key: string, id: string) {
      calls.push(`transition ${id}`);
      issue.status = NEEDS;
    },
    async addLabel(_key: string, label: string) {
      if (fails) throw new TaskError(fails);
      calls.push(`label ${label}`);
      issue.labels.push(label);
    },
  };
  return { jira, calls, issue };
}

it('moves and labels a ticket once', async () => {
  const { jira, calls } = aSite();
  const binding = { statuses, stoppedLabel: 'ai-stopped' };
  await markStopped({ issueKey: 'PROJ-1', binding }, { jira, log: silentLog });
  await markStopped({ issueKey: 'PROJ-1', binding }, { jira, log: silentLog });
  expect(calls).toEqual(['label ai-stopped', 'transition 31']);
});

it.each([
  { by: theAgent(), calls: ['transition 31'] },
  { by: { accountId: 'ada', displayName: 'Ada' }, calls: [] },
])('moves a ticket out of the status a transition led to, where $by.displayName moved it: $calls', async (given) => {
  const { jira, calls, issue } = aSite();
  issue.status = { ...DOING, name: 'Doing' };
  issue.changes = [{ id: '1', field: 'status', by: given.by, toId: '3', from: 'To Do', to: 'Doing' }];
  const named = { ...statuses, inProgress: 'Start work' };
  await markStopped({ issueKey: 'PROJ-1', binding: { statuses: named } }, { jira, log: silentLog });
  expect(calls).toEqual(given.calls);
});

it('leaves a ticket alone that was moved to another project, for which Jira answers by its old key', async () => {
  const { jira, calls, issue } = aSite();
  issue.key = 'OTHER-5';
  await markStopped(
    { issueKey: 'PROJ-1', binding: { statuses, stoppedLabel: 'ai-stopped' } },
    { jira, log: silentLog },
  );
  expect(calls).toEqual([]);
});

it('marks a question as the binding says for questions, and a failure as for failures', async () => {
  const asked = aSite();
  const { stopped: _, ...unnamed } = statuses;
  const binding = { statuses: { ...unnamed, needsAnswer: 'Needs Input' }, needsAnswerLabel: 'ai-asks' };
  await markStopped({ issueKey: 'PROJ-1', binding, hasQuestion: true }, { jira: asked.jira, log: silentLog });
  expect(asked.calls).toEqual(['label ai-asks', 'transition 31']);
  const failed = aSite();
  await markStopped({ issueKey: 'PROJ-1', binding }, { jira: failed.jira, log: silentLog });
  expect(failed.calls).toEqual([]);
});

it('changes nothing where the binding names neither', async () => {
  const { stopped: _, ...unnamed } = statuses;
  const { jira, calls } = aSite();
  await markStopped({ issueKey: 'PROJ-1', binding: { statuses: unnamed } }, { jira, log: silentLog });
  expect(calls).toEqual([]);
});

it.each<{ fails: ErrorCode; outcome: string }>([
  { fails: 'jira-refused', outcome: 'is logged' },
  { fails: 'jira-unavailable', outcome: 'is thrown, to be tried again' },
])('a label that meets $fails $outcome', async ({ fails }) => {
  const { jira } = aSite({ fails });
  const ended = markStopped(
    { issueKey: 'PROJ-1', binding: { statuses, stoppedLabel: 'x' } },
    { jira, log: silentLog },
  ).then(
    () => 'done',
    (error: TaskError) => error.code,
  );
  expect(await ended).toBe(fails === 'jira-refused' ? 'done' : fails);
});
