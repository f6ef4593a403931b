import { describe, expect, it } from 'vitest';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import { type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { anIssue, anIssueComment } from '../../test/builders/jira.ts';
import { aRunContext } from '../../test/builders/run-context.ts';
import { aCodingTask, anEchoTask } from '../../test/builders/tasks.ts';
import { only } from '../../test/doubles/only.ts';
import { aReviewedBinding } from '../../test/fixtures/discussions.ts';
import { perform } from './perform.ts';
import type { RunnerDeps } from './run/runner-deps.ts';

it('gives up a coding task where Jira is not configured, with its own name', async () => {
  const deps = { log: silentLog, settings: {} } as unknown as RunnerDeps; // nothing else is reached
  const outcome = await perform(aRunContext(aCodingTask()), deps, new AbortController().signal);
  expect(outcome).toEqual({ kind: 'give-up', code: 'jira-unauthorized', detail: 'JIRA_URL is not configured' });
});

describe('a credential that is refused', () => {
  const fail = (code: ErrorCode, context = aRunContext(aCodingTask())) => {
    const mapping = () => Promise.reject(new TaskError(code));
    // Nothing else is reached.
    const deps = { log: silentLog, settings: {}, jira: {}, mapping } as unknown as RunnerDeps;
    return perform(context, deps, new AbortController().signal);
  };
  const afterSession = () => {
    const context = aRunContext(aCodingTask());
    context.addUsage({ inputTokens: 1, outputTokens: 1, modelCalls: 1 });
    return context;
  };

  it.each(['jira-unauthorized', 'gitlab-unauthorized', 'jira-sign-in-refused'] as const)(
    'is waited for once a session has done the work, and not before (%s)',
    async (code) => {
      expect(await fail(code, afterSession())).toEqual({ kind: 'retry', code });
      expect(await fail(code)).toEqual({ kind: 'give-up', code });
    },
  );

  it('is not what the account may not do', async () => {
    expect(await fail('jira-forbidden', afterSession())).toEqual({ kind: 'give-up', code: 'jira-forbidden' });
  });
});

describe('a run for another image', () => {
  const images = { all: { names: ['python'] } };

  it.each([
    { image: 'python', outcome: { kind: 'move', image: 'python' } },
    { image: 'rust', outcome: { kind: 'retry', code: 'image-unknown', detail: 'The image is rust.' } },
    { image: undefined, outcome: { kind: 'done', result: { what: 'echo', summary: 'hello' } } },
  ])('ends as $outcome.kind, where it names $image', async ({ image, outcome }) => {
    const deps = { log: silentLog, settings: {}, images } as unknown as RunnerDeps; // nothing else is reached
    const task = anEchoTask(image === undefined ? {} : { image });
    expect(await perform(aRunContext(task), deps, new AbortController().signal)).toEqual(outcome);
  });

  it('goes back to the default runners from those of an image', async () => {
    const deps = { log: silentLog, settings: {}, images: { ...images, own: 'python' } } as unknown as RunnerDeps;
    expect(await perform(aRunContext(anEchoTask()), deps, new AbortController().signal)).toEqual({ kind: 'move' });
  });
});

it('lists the comments of a ticket once in a run that reads and writes them', async () => {
  let listed = 0;
  const by = { accountId: 'ada', displayName: 'Ada' };
  const move = { id: '9', field: 'status', by, toId: '3', from: 'In Progress', to: 'To Do', at: 2000 } as const;
  const jira = only<Jira>({
    getIssue: async () => anIssue({ status: { id: '3', name: 'To Do', category: 'new' }, changes: [move] }),
    getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
    async listComments() {
      listed += 1;
      return [anIssueComment({ id: '10400', createdAt: 1000 })];
    },
  });
  const binding = aReviewedBinding();
  const entry = { state: 'ready', binding, project: {} };
  const deps = {
    log: silentLog,
    settings: { agentId: 'cmap' },
    jira,
    mapping: async () => ({ bindings: createBindings([binding]), registry: { byJira: async () => entry } }),
    listEarlierRuns: async () => [],
  } as unknown as RunnerDeps; // nothing else is reached
  // It reads whether a person moved the ticket after the comment that asks, and then takes back what it said.
  const context = aRunContext(aCodingTask({ id: 'coding~PROJ-12~c10400' }));
  const outcome = await perform(context, deps, new AbortController().signal);
  expect(outcome).toEqual({ kind: 'superseded', reason: 'issue-moved-on' });
  expect(listed).toBe(1);
});
