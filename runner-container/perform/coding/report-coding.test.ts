import { expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { aJiraUser, anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import type { CodingRun } from './coding-run.ts';
import { reportNothing } from './report-coding.ts';

/** The end of a run that changed nothing, on a ticket that is `now` so: what was done with it and what it says. */
async function end(now: () => Issue) {
  const reporter = aJiraUser();
  const issue = anIssue({ assignee: theAgent(), reporter });
  const done: string[] = [];
  const comments: string[] = [];
  const jira = only<Jira>({
    getMyself: async () => theAgent(),
    getIssue: async () => now(),
    addLabel: async (_key, label) => void done.push(`label ${label}`),
    assign: async (_key, accountId) => void done.push(`assign ${accountId}`),
    listComments: async () => [],
    async addComment(_key, markdown) {
      comments.push(markdown);
      return anIssueComment();
    },
  });
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', stopped_label: 'ai-stopped' });
  const deps = { jira, log: silentLog, settings: { agentId: 'us' } };
  // Nothing else of the run is looked at.
  const task = aCodingTask();
  const coding = { task, issue, binding, context: aRunContext(task), deps } as unknown as CodingRun;
  const change = {
    kind: 'nothing' as const,
    summary: 'It is there.',
    leftOut: [],
    usage: { inputTokens: 1, outputTokens: 1, modelCalls: 1 },
  };
  const outcome = await reportNothing(coding, change, new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'done', result: { what: 'no-changes' } });
  return { done, comments };
}

it('labels a ticket for which nothing was changed and gives it back, also where it cannot be read again', async () => {
  const refuse = () => {
    throw new TaskError('jira-forbidden');
  };
  const { done, comments } = await end(() => anIssue());
  expect(done).toEqual(['label ai-stopped', `assign ${aJiraUser().accountId}`]);
  expect(comments).toEqual([expect.stringContaining('Add what is missing')]);
  expect((await end(refuse)).done).toEqual([`assign ${aJiraUser().accountId}`]);
});

it('leaves a ticket alone that was moved to another project meanwhile, and says so', async () => {
  const { done, comments } = await end(() => anIssue({ key: 'OTHER-5' }));
  expect(done).toEqual([]);
  expect(comments).toEqual([expect.stringContaining('moved to another project meanwhile, as OTHER-5')]);
  expect(comments[0]).not.toContain('AI Ready');
});
