import { describe, expect, it } from 'vitest';
import { SECOND } from '../shared/clock.ts';
import { TaskError } from '../shared/errors.ts';
import type { Issue, IssueSearchResult } from '../shared/jira/jira.ts';
import { admitTask } from '../shared/lifecycle/admit-task.ts';
import { createMemoryStorage } from '../shared/lifecycle/memory-storage.ts';
import { createBindings } from '../shared/mapping/bindings.ts';
import { resolveBinding } from '../shared/mapping/resolve-binding.ts';
import { silentLog } from '../shared/telemetry/log.ts';
import { anIssue } from '../test/builders/jira.ts';
import { createManualClock } from '../test/manual-clock.ts';
import { createPollJira, JIRA_POLLER } from './poll-jira.ts';

function createWorld() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const answer: IssueSearchResult = { issues: [], unreadable: [], truncated: false };
  let searches = 0;
  let failure: TaskError | undefined;
  const bindings = createBindings([resolveBinding({ jira_project: 'PROJ', repo: 'group/app' })]);
  const deps: Parameters<typeof createPollJira>[0] = {
    ...storage,
    mapping: { current: async () => ({ bindings, registry: undefined as never, generation: 0 }) }, // the poll asks no repository
    jira: {
      async searchIssues() {
        searches += 1;
        if (failure) throw failure;
        return answer;
      },
    },
    admit: (task, options) => admitTask(task, { ...storage, clock, log: silentLog }, options),
    agentId: 'us',
    traceparent: () => undefined,
    clock,
    log: silentLog,
  };
  const poll = async (change: Partial<typeof deps> = {}) =>
    createPollJira({ ...deps, ...change })(undefined as never, undefined as never); // it reads neither
  const fail = (error: TaskError | undefined) => {
    failure = error;
  };
  return { clock, answer, poll, fail, deps, countSearches: () => searches, ...storage };
}

describe('polling Jira', () => {
  it('admits each request once and asks Jira once per poll', async () => {
    const { answer, poll, queue, countSearches } = createWorld();
    answer.issues = [anIssue({ key: 'PROJ-1' }), anIssue({ key: 'PROJ-2' })];
    await Promise.all(Array.from({ length: 10 }, () => poll()));
    expect((await queue.getDepth()).count).toBe(2);
    expect(countSearches()).toBe(10);
  });

  it.each<{ name: string; issue: Partial<Issue>; reason: string }>([
    { name: 'blocked', issue: { blockedBy: [{ key: 'PROJ-9', done: false }] }, reason: 'blocked' },
    {
      name: 'claimed by another deployment',
      issue: { claim: { run: 'r', agentId: 'other', expiresAt: Date.UTC(2026, 0, 5, 9, 5) } },
      reason: 'claimed-elsewhere',
    },
    { name: 'of a project nobody mapped', issue: { key: 'XYZ-1', projectKey: 'XYZ' }, reason: 'unbound-project' },
  ])('keeps why an issue that is $name does not start', async ({ issue, reason }) => {
    const { answer, poll, queue, decisions } = createWorld();
    answer.issues = [anIssue(issue)];
    await poll();
    expect((await queue.getDepth()).count).toBe(0);
    expect(await decisions.list(`issue~${answer.issues[0]?.key}`)).toMatchObject([{ reason }]);
  });

  it('has a blocked ticket told once, and has it taken back when the ticket is free', async () => {
    const { answer, poll, errands } = createWorld();
    const blocked = anIssue({ blockedBy: [{ key: 'PROJ-9', done: false }] });
    answer.issues = [blocked];
    await poll();
    await poll();
    const [open] = await errands.listOpen();
    expect(open?.errand).toMatchObject({ kind: 'waiting', issueKey: blocked.key, waitsFor: ['PROJ-9'] });
    if (open) await errands.finish(open);
    await poll();
    expect(await errands.listOpen()).toEqual([]);

    // An answer without the issue is no news when the search was cut short.
    answer.issues = [];
    answer.truncated = true;
    await poll();
    answer.truncated = false;
    answer.unreadable = [{ key: blocked.key, reason: 'broken' }];
    await poll();
    expect(await errands.listOpen()).toEqual([]);
    answer.unreadable = [];
    await poll();
    expect((await errands.listOpen()).map(({ errand }) => errand)).toMatchObject([{ waitsFor: [] }]);
  });

  it('is not stopped by one issue, and is by storage, because then nothing can be admitted', async () => {
    const { answer, poll, queue, deps, pollers } = createWorld();
    answer.issues = [anIssue({ key: 'PROJ-1' }), anIssue({ key: 'PROJ-2' })];
    const breaksOn =
      (error: Error): typeof deps.admit =>
      async (task, options) => {
        if (task.kind === 'coding' && task.issueKey === 'PROJ-1') throw error;
        return deps.admit(task, options);
      };
    await poll({ admit: breaksOn(new Error('bug')) });
    expect((await queue.getDepth()).count).toBe(1);
    await poll({ admit: breaksOn(new TaskError('storage-unavailable')) });
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 1, code: 'storage-unavailable' });
  });

  it('leaves Jira alone for a while after a failure, longer each time or as long as Jira says', async () => {
    const { poll, fail, clock, countSearches, pollers } = createWorld();
    fail(new TaskError('jira-unavailable'));
    await poll();
    await clock.advance(29 * SECOND);
    await poll();
    expect(countSearches()).toBe(1);
    await clock.advance(SECOND);
    await poll();
    await clock.advance(59 * SECOND);
    await poll();
    expect(countSearches()).toBe(2);
    fail(new TaskError('jira-rate-limited', { retryAfterMs: 600 * SECOND }));
    await clock.advance(SECOND);
    await poll();
    expect((await pollers.get(JIRA_POLLER)).nextAllowedAt).toBe(clock.now() + 600 * SECOND);
    fail(undefined);
    await clock.advance(600 * SECOND);
    await poll();
    expect(await pollers.get(JIRA_POLLER)).toEqual({ failures: 0, lastSuccessAt: clock.now() });
  });
});
