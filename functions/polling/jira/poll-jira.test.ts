import { describe, expect, it } from 'vitest';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { Issue, IssueComment, IssueSearchResult } from '../../../shared/domain/ports/jira.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { endRun } from '../../../shared/services/runs/end-run.ts';
import type { RouteIssue } from '../../../shared/services/runs/route-issue.ts';
import { aBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { timerContext } from '../../../test/builders/ingress.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { addEarlierRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { unrouted } from '../../../test/doubles/unrouted.ts';
import { JIRA_POLLER } from '../poller-names.ts';
import { createPollJira } from './poll-jira.ts';

function createFixture({ projects = ['PROJ'] } = {}) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const answer: IssueSearchResult = { issues: [], unreadable: [], truncated: false };
  const searches: string[] = [];
  const comments = new Map<string, IssueComment[]>();
  const readings: string[] = [];
  let failure: TaskError | undefined;
  const commentFailures = new Map<string, Error>();
  const bindings = createBindings(projects.map((key) => resolveBinding({ jira_project: key, repo: `group/${key}` })));
  const refusedProjects = new Set<string>();
  const deps: Parameters<typeof createPollJira>[0] = {
    ...storage,
    // The poll asks no repository.
    mapping: { current: async () => ({ bindings, registry: undefined as never, generation: 0 }) },
    jira: {
      async searchIssues(jql) {
        searches.push(jql);
        if (failure) throw failure;
        const refused = projects.find((key) => refusedProjects.has(key) && jql.includes(`"${key}"`));
        if (refused) throw new TaskError('jira-refused', { detail: `${refused} has no such status` });
        return answer;
      },
      async listComments(key) {
        readings.push(key);
        const broken = commentFailures.get(key);
        if (broken) throw broken;
        return comments.get(key) ?? [];
      },
      getMyself: async () => theAgent(),
    },
    admit: (task, options) => admitTask(task, { ...storage, clock, log }, options),
    mentionWords: ['/copilot', '@cmap'],
    checkAsker: async ({ asker }) => (asker?.accountType === 'customer' ? 'asker-not-a-person' : undefined),
    routeIssue: unrouted,
    agentId: 'us',
    traceparent: () => undefined,
    clock,
    log,
  };
  const poll = async (change: Partial<typeof deps> = {}) =>
    createPollJira({ ...deps, ...change })(...timerContext('poll-jira'));
  const fail = (error: TaskError | undefined) => {
    failure = error;
  };
  /** What the log says, the newest line of this name last. */
  const logged = (event: string) => log.lines.filter((line) => line.event === event).map(({ fields }) => fields);
  const found = { comments, readings, searches, commentFailures, refusedProjects, logged };
  return { clock, answer, poll, fail, deps, countSearches: () => searches.length, ...found, ...storage };
}

describe('polling Jira', () => {
  it('admits each request once and asks Jira once per poll', async () => {
    const { answer, poll, queue, countSearches } = createFixture();
    answer.issues = [anIssue({ key: 'PROJ-1' }), anIssue({ key: 'PROJ-2' })];
    await Promise.all(Array.from({ length: 10 }, () => poll()));
    expect((await queue.getDepth()).count).toBe(2);
    expect(countSearches()).toBe(10);
  });

  it.each<{ name: string; issue: Partial<Issue>; reason: string }>([
    { name: 'blocked', issue: { blockedBy: [{ key: 'PROJ-9', done: false }] }, reason: 'blocked' },
    {
      name: 'claimed by another deployment',
      issue: { marker: { run: 'r', agentId: 'other', expiresAt: Date.UTC(2026, 0, 5, 9, 5) } },
      reason: 'claimed-elsewhere',
    },
    { name: 'of a project that is not mapped', issue: { key: 'XYZ-1', projectKey: 'XYZ' }, reason: 'unbound-project' },
  ])('keeps why an issue that is $name does not start', async ({ issue, reason }) => {
    const { answer, poll, queue, skipLog } = createFixture();
    answer.issues = [anIssue(issue)];
    await poll();
    expect((await queue.getDepth()).count).toBe(0);
    expect(await skipLog.list(`issue~${answer.issues[0]?.key}`)).toMatchObject([{ reason }]);
  });

  it('starts a ticket again that stays in its trigger, once, when the map was replaced after its run', async () => {
    const { answer, poll, queue, ledger, clock, deps } = createFixture();
    answer.issues = [anIssue({ key: 'PROJ-12' })];
    await poll();
    const [first] = await ledger.listOpen();
    await endRun(first?.runId ?? '', { state: 'cancelled', reason: 'asked' }, { ledger, clock });
    await clock.advance(SECOND);
    await poll();
    expect((await queue.getDepth()).count).toBe(1);
    const view = { ...(await deps.mapping.current()), generation: 1, reloadedAt: clock.now() };
    for (let polls = 0; polls < 2; polls += 1) await poll({ mapping: { current: async () => view } });
    expect((await queue.getDepth()).count).toBe(2);
  });

  it('starts nothing for a ticket that 0.1.0 has worked on, where it worked on this storage', async () => {
    const { answer, poll, queue, ledger, deps } = createFixture();
    answer.issues = [anIssue({ key: 'PROJ-12' })];
    await addEarlierRun(ledger, aCodingTask());
    const view = { ...(await deps.mapping.current()), hasEarlierRuns: true as const };
    await poll({ mapping: { current: async () => view } });
    expect((await queue.getDepth()).count).toBe(0);
    // It is the look that finds it.
    await poll();
    expect((await queue.getDepth()).count).toBe(1);
  });

  it('notifies a blocked ticket once, and retracts that when the ticket is free', async () => {
    const { answer, poll, outbox } = createFixture();
    const blocked = anIssue({ blockedBy: [{ key: 'PROJ-9', done: false }] });
    answer.issues = [blocked];
    await poll();
    await poll();
    const [open] = await outbox.listOpen();
    expect(open?.entry).toMatchObject({ kind: 'waiting', issueKey: blocked.key, waitsFor: ['PROJ-9'] });
    if (open) await outbox.complete(open);
    await poll();
    expect(await outbox.listOpen()).toEqual([]);

    // An answer without the issue is no news when the search was cut short.
    answer.issues = [];
    answer.truncated = true;
    await poll();
    answer.truncated = false;
    answer.unreadable = [{ key: blocked.key, reason: 'broken' }];
    await poll();
    expect(await outbox.listOpen()).toEqual([]);
    answer.unreadable = [];
    await poll();
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toMatchObject([{ waitsFor: [] }]);
  });

  it('asks storage nothing about issues that stay in their trigger unchanged, for an hour', async () => {
    const { answer, deps, parts, clock, queue } = createFixture();
    const poll = createPollJira(deps);
    answer.issues = Array.from({ length: 50 }, (_, index) => anIssue({ key: `PROJ-${index}` }));
    await poll(...timerContext('poll-jira'));
    const runs = countRows(parts.rows.runs);
    const state = countRows(parts.rows.state);
    for (let minute = 0; minute < 59; minute += 1) {
      await clock.advance(MINUTE);
      state.reset();
      await poll(...timerContext('poll-jira'));
      // Once after a change the comments are looked at, where the issue has had a run.
      expect(runs.total()).toBe(minute === 0 ? 100 : 0);
      runs.reset();
      // The poller's own state, and what is remembered of blocked tickets.
      expect(state.counts()).toMatchObject({ find: 1, list: 1, write: 1 });
    }
    await clock.advance(2 * MINUTE);
    await poll(...timerContext('poll-jira'));
    expect(runs.total()).toBe(100);
    expect((await queue.getDepth()).count).toBe(50);
  });

  it('asks storage nothing about a ticket that stays blocked, and says again what changes about it', async () => {
    const { answer, deps, parts, clock, outbox } = createFixture();
    const poll = createPollJira(deps);
    const blockedBy = (...keys: string[]) => [anIssue({ blockedBy: keys.map((key) => ({ key, done: false })) })];
    const pollOnce = async () => {
      await clock.advance(MINUTE);
      await poll(...timerContext('poll-jira'));
    };
    const settle = async () => {
      for (const open of await outbox.listOpen()) await outbox.complete(open);
    };
    answer.issues = blockedBy('PROJ-9');
    await pollOnce();
    await settle();
    const state = countRows(parts.rows.state);
    await pollOnce();
    expect(state.counts()).toMatchObject({ find: 1, list: 1, write: 1 });
    for (const keys of [['PROJ-9', 'PROJ-8'], ['PROJ-9']]) {
      answer.issues = blockedBy(...keys);
      await pollOnce();
      expect((await outbox.listOpen()).map(({ entry }) => entry)).toMatchObject([{ waitsFor: keys.toSorted() }]);
      await settle();
    }
    answer.issues = [];
    await pollOnce();
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toMatchObject([{ waitsFor: [] }]);
    await settle();
    answer.issues = blockedBy('PROJ-9');
    await pollOnce();
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toMatchObject([{ waitsFor: ['PROJ-9'] }]);
  });

  it('retracts that a ticket is blocked when it is admitted, and not while admitting it fails', async () => {
    const { answer, poll, outbox, deps } = createFixture();
    answer.issues = [anIssue({ blockedBy: [{ key: 'PROJ-9', done: false }] })];
    await poll();
    const [open] = await outbox.listOpen();
    if (open) await outbox.complete(open);

    answer.issues = [anIssue()];
    await poll({ admit: () => Promise.reject(new Error('bug')) });
    expect(await outbox.listOpen()).toEqual([]);
    await poll({ admit: deps.admit });
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toMatchObject([{ kind: 'waiting', waitsFor: [] }]);
  });

  it('says once that a ticket has no repository, starts it when it has one, and takes that back', async () => {
    const { answer, poll, outbox, queue, searches, logged, deps } = createFixture();
    const routed = someRoutes([aRoute('web'), aRoute('api')]);
    const view = { ...(await deps.mapping.current()), bindings: createBindings(routed) };
    const mapping = { current: async () => view };
    answer.issues = [anIssue()];
    const held: RouteIssue = async (_, bindings) => {
      const routes = bindings.flatMap(({ route }) => route ?? []);
      return { problem: 'no-route', routes };
    };
    await poll({ mapping, routeIssue: held });
    await poll({ mapping, routeIssue: held });
    const [open, ...more] = await outbox.listOpen();
    expect(open?.entry).toMatchObject({
      kind: 'unrouted',
      problem: 'no-route',
      routes: [/web/, /api/].map((name) => expect.stringMatching(name)),
    });
    expect([more, (await queue.getDepth()).count]).toEqual([[], 0]);
    if (open) await outbox.complete(open);
    // One search for the project, not one for each route.
    expect(searches[0]).not.toContain(' in (');
    expect(logged('poll done')[0]).toMatchObject({ skipped: 1, failed: 0 });

    await poll({ mapping, routeIssue: async (_, bindings) => ({ binding: bindings[1] ?? aBinding() }) });
    expect((await queue.getDepth()).count).toBe(1);
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([
      { kind: 'unrouted', issueKey: 'PROJ-12', jiraProject: 'PROJ', by: 'change', routes: [] },
    ]);
  });

  it('takes back, once a map, what tickets were told of routes the map no longer has', async () => {
    const { answer, outbox, queue, deps, clock } = createFixture();
    const listed: string[] = [];
    const listDone: typeof outbox.listDone = async (kind) => {
      listed.push(kind);
      return outbox.listDone(kind);
    };
    const routed = {
      ...(await deps.mapping.current()),
      bindings: createBindings(someRoutes([aRoute('web'), aRoute('api')])),
    };
    const state = { view: routed, routeIssue: (async () => ({ problem: 'no-route', routes: [] })) as RouteIssue };
    const poll = createPollJira({
      ...deps,
      outbox: { ...outbox, listDone },
      mapping: { current: async () => state.view },
      routeIssue: (...asked) => state.routeIssue(...asked),
    });
    const pollOnce = async () => poll(...timerContext('poll-jira'));
    answer.issues = [anIssue()];
    await pollOnce();
    const [open] = await outbox.listOpen();
    if (open) await outbox.complete(open);
    await clock.advance(MINUTE);

    Object.assign(state, { view: { ...(await deps.mapping.current()), generation: 1 }, routeIssue: unrouted });
    await pollOnce();
    expect((await queue.getDepth()).count).toBe(1);
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([
      { kind: 'unrouted', issueKey: 'PROJ-12', jiraProject: 'PROJ', by: 'change', routes: [] },
    ]);
    await pollOnce();
    expect(listed).toEqual(['waiting', 'unrouted', 'waiting', 'unrouted', 'waiting']);
  });

  it('logs what became of each issue, and why one was not admitted', async () => {
    const { answer, poll, deps, logged } = createFixture();
    answer.issues = [
      anIssue({ key: 'PROJ-1' }),
      anIssue({ key: 'PROJ-2', blockedBy: [{ key: 'PROJ-9', done: false }] }),
      anIssue({ key: 'XYZ-1', projectKey: 'XYZ' }),
      anIssue({ key: 'PROJ-3' }),
      anIssue({ key: 'PROJ-4' }),
    ];
    const error = new TaskError('gitlab-unavailable');
    const admit: typeof deps.admit = async (task, options) => {
      if (task.kind === 'coding' && task.issueKey === 'PROJ-3') throw error;
      return deps.admit(task, options);
    };
    await poll({ admit });
    await poll({ admit });
    expect(logged('poll done')).toEqual([
      { poller: 'jira', issues: 5, admitted: 2, duplicates: 0, skipped: 2, failed: 1, refused: ['XYZ'] },
      { poller: 'jira', issues: 5, admitted: 0, duplicates: 2, skipped: 2, failed: 1, refused: ['XYZ'] },
    ]);
    expect(logged('issue not admitted')).toEqual(Array(2).fill({ issueKey: 'PROJ-3', error }));
  });

  it('says what a search could not show: an issue that cannot be read, and the rest of a long answer', async () => {
    const { answer, poll, skipLog, logged } = createFixture();
    await poll();
    expect([logged('issue not read'), logged('search cut short')]).toEqual([[], []]);
    answer.unreadable = [{ key: 'PROJ-5', reason: 'it has no status' }];
    answer.truncated = true;
    await poll();
    expect(logged('issue not read')).toEqual([{ issueKey: 'PROJ-5', reason: 'it has no status' }]);
    expect(logged('search cut short')).toEqual([{ limit: 1000 }]);
    expect(await skipLog.list('issue~PROJ-5')).toMatchObject([{ reason: 'unreadable', detail: 'it has no status' }]);
  });

  it('looks at no comment in the first poll ever, and at nothing for a map without projects', async () => {
    const { answer, poll, searches, readings } = createFixture();
    answer.issues = [anIssue()];
    await poll();
    expect(searches).toEqual([expect.not.stringContaining('updated >=')]);
    expect(readings).toEqual([]);

    const empty = createFixture({ projects: [] });
    await empty.poll();
    expect(empty.countSearches()).toBe(0);
    expect(await empty.pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0, lastSuccessAt: empty.clock.now() });
  });

  it('is not stopped by one issue, and is by storage, because then nothing can be admitted', async () => {
    const { answer, poll, queue, deps, pollers } = createFixture();
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
    const { poll, fail, clock, countSearches, pollers } = createFixture();
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

describe('a search that Jira refuses', () => {
  it.each([{ projects: ['PROJ'] }, { projects: ['PROJ', 'OPS', 'XYZ'] }])(
    'for every project of $projects is a poll that failed',
    async ({ projects }) => {
      const { poll, pollers, skipLog, refusedProjects, clock, logged } = createFixture({ projects });
      for (const key of projects) refusedProjects.add(key);
      await poll();
      const detail = 'the search of every project: PROJ has no such status';
      expect(logged('poll failed')).toMatchObject([{ poller: 'jira', error: { code: 'jira-refused', detail } }]);
      expect(await pollers.get(JIRA_POLLER)).toEqual({
        failures: 1,
        code: 'jira-refused',
        nextAllowedAt: clock.now() + 30 * SECOND,
      });
      expect(await skipLog.list('jira~PROJ')).toMatchObject([{ reason: 'search-refused' }]);

      refusedProjects.clear();
      await clock.advance(MINUTE);
      await poll();
      expect(await pollers.get(JIRA_POLLER)).toEqual({ failures: 0, lastSuccessAt: clock.now() });
    },
  );

  it('for the only project is a poll that failed, however many routes that project has', async () => {
    const { poll, pollers, refusedProjects, deps } = createFixture();
    const bindings = createBindings(someRoutes([aRoute('web'), aRoute('api')]));
    refusedProjects.add('PROJ');
    await poll({ mapping: { current: async () => ({ ...(await deps.mapping.current()), bindings }) } });
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 1, code: 'jira-refused' });
  });

  it('for some projects leaves the others alone, and names them until they can be searched again', async () => {
    const { poll, pollers, refusedProjects, answer, queue, logged } = createFixture({
      projects: ['PROJ', 'XYZ', 'OPS'],
    });
    answer.issues = [anIssue({ key: 'PROJ-1' })];
    refusedProjects.add('XYZ').add('OPS');
    await poll();
    expect(logged('project not searched')).toEqual([
      { jiraProject: 'XYZ', reason: 'XYZ has no such status' },
      { jiraProject: 'OPS', reason: 'OPS has no such status' },
    ]);
    expect((await queue.getDepth()).count).toBe(1);
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0, refused: ['OPS', 'XYZ'] });
    refusedProjects.clear();
    await poll();
    expect(await pollers.get(JIRA_POLLER)).not.toHaveProperty('refused');
  });
});

describe('a project whose key was changed', () => {
  it('answers with issues that no binding names, which is shown until the map names them', async () => {
    const { poll, pollers, answer, queue, skipLog, logged } = createFixture({ projects: ['OLD', 'PROJ'] });
    answer.issues = [
      anIssue({ key: 'NEWS-1', projectKey: 'NEWS' }),
      anIssue({ key: 'NEWS-2', projectKey: 'NEWS' }),
      anIssue({ key: 'PROJ-1' }),
    ];
    await poll();
    expect(logged('project key changed')).toEqual([{ jiraProject: 'NEWS' }]);
    expect(await skipLog.list('jira~NEWS')).toMatchObject([{ reason: 'key-changed' }]);
    expect((await queue.getDepth()).count).toBe(1);
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0, refused: ['NEWS'] });
    answer.issues = [];
    await poll();
    expect(await pollers.get(JIRA_POLLER)).not.toHaveProperty('refused');
  });
});

describe('comments on tickets the agent has worked on', () => {
  const REWORK = 'coding~PROJ-1~c10400';

  /** PROJ-1 is in review after its run, and Jira was polled a minute ago. */
  async function inReview() {
    const fixture = createFixture();
    const { clock, answer, ledger, comments, deps } = fixture;
    answer.issues = [anIssue({ key: 'PROJ-1', updatedAt: clock.now() })];
    const poll = createPollJira(deps);
    const pollOnce = async () => poll(...timerContext('poll-jira'));
    await pollOnce();
    const [run] = await ledger.listRecent('issue~PROJ-1', 1);
    const running = run && (await ledger.update(await ledger.get(run.runId), { state: 'running', attempt: 1 }));
    if (running) await ledger.update(running, { state: 'done', notified: true });
    const issue = anIssue({ key: 'PROJ-1', status: { id: '4', name: 'In Review', category: 'indeterminate' } });
    answer.issues = [issue];
    await clock.advance(MINUTE);
    issue.updatedAt = clock.now();
    await pollOnce();
    fixture.readings.length = 0;
    await clock.advance(MINUTE);

    const addComment = (values: Partial<IssueComment> = {}) => {
      const now = clock.now();
      const comment = anIssueComment({ body: '@cmap round half up', createdAt: now, updatedAt: now, ...values });
      comments.set('PROJ-1', [...(comments.get('PROJ-1') ?? []), comment]);
      issue.updatedAt = now;
    };
    const tasks = async (key = 'PROJ-1') => (await ledger.listRecent(`issue~${key}`, 10)).map(({ task }) => task.id);
    return { ...fixture, issue, addComment, tasks, pollOnce };
  }

  it('become one rework each, with polls and the webhook together', async () => {
    const { addComment, poll, pollOnce, tasks, queue, clock } = await inReview();
    const before = (await queue.getDepth()).count;
    addComment();
    await Promise.all([...Array.from({ length: 10 }, () => poll()), pollOnce()]);
    await clock.advance(MINUTE);
    await pollOnce();
    expect(await tasks()).toEqual([REWORK, 'coding~PROJ-1~10233']);
    expect((await queue.getDepth()).count).toBe(before + 1);
  });

  it('are found although no earlier run can be read', async () => {
    const { addComment, pollOnce, tasks, ledger, parts } = await inReview();
    const [run] = await ledger.listRecent('issue~PROJ-1', 1);
    await corruptRun(parts.rows.runs, run?.runId ?? '');
    addComment();
    await pollOnce();
    expect(await tasks()).toEqual([REWORK]);
  });

  it('are found while Jira refuses the search for the trigger of their project, as after a status got another name', async () => {
    const { addComment, deps, tasks } = await inReview();
    const bindings = createBindings(
      ['PROJ', 'OPS'].map((key) => resolveBinding({ jira_project: key, repo: `group/${key}` })),
    );
    const jira = {
      ...deps.jira,
      async searchIssues(jql: string) {
        if (/"PROJ".*status = /.test(jql)) throw new TaskError('jira-refused', { detail: 'PROJ has no such status' });
        const none = { issues: [], unreadable: [], truncated: false };
        return jql.includes('"PROJ"') ? deps.jira.searchIssues(jql) : none;
      },
    };
    const poll = createPollJira({
      ...deps,
      jira,
      mapping: { current: async () => ({ ...(await deps.mapping.current()), bindings }) },
    });
    addComment();
    await poll(...timerContext('poll-jira'));
    expect(await tasks()).toEqual([REWORK, 'coding~PROJ-1~10233']);
  });

  it('are found on issues behind the end of an answer that was cut short, and looked for no further than wanted', async () => {
    const { addComment, deps, tasks, issue, searches, clock } = await inReview();
    addComment();
    await clock.advance(20 * MINUTE);
    const { status } = issue;
    const others = [1, 2].map((n) => anIssue({ key: `PROJ-8${n}`, status, updatedAt: clock.now() - n * MINUTE }));
    let before = searches.length;
    const jira = {
      ...deps.jira,
      async searchIssues(jql: string) {
        searches.push(jql);
        const end = /updated <= "-(\d+)m"/.exec(jql)?.[1];
        if (end === undefined) return { issues: others, unreadable: [], truncated: true };
        return { issues: [issue], unreadable: [], truncated: false };
      },
    };
    const poll = createPollJira({ ...deps, jira });
    await poll(...timerContext('poll-jira'));
    expect(await tasks()).toEqual([REWORK, 'coding~PROJ-1~10233']);
    expect(searches.slice(before).at(-1)).toBe(
      'project = "PROJ" AND statusCategory != Done AND updated >= "-24m" AND updated <= "-1m" ORDER BY updated DESC',
    );
    expect(searches.length - before).toBe(2);

    // What waits in its trigger keeps its old date: where all changes are in the answer, nothing more is asked.
    before = searches.length;
    others[1] = anIssue({ key: 'PROJ-90', status, updatedAt: clock.now() - 2 * HOUR });
    await clock.advance(MINUTE);
    await poll(...timerContext('poll-jira'));
    expect(searches.length - before).toBe(1);
  });

  it('are found after a poll that could not ask which account is ours, which is then remembered', async () => {
    const { addComment, deps, tasks, clock } = await inReview();
    let asked = 0;
    const getMyself = async () => {
      asked += 1;
      if (asked === 1) throw new TaskError('jira-unavailable');
      return theAgent();
    };
    const poll = createPollJira({ ...deps, jira: { ...deps.jira, getMyself } });
    const pollOnce = async () => poll(...timerContext('poll-jira'));
    addComment();
    for (let minute = 0; minute < 4; minute += 1) {
      await pollOnce();
      await clock.advance(MINUTE);
      addComment({ body: 'Nice!' });
    }
    expect(await tasks()).toEqual([REWORK, 'coding~PROJ-1~10233']);
    expect(asked).toBe(2);
  });

  it('are looked for with the one search, and read when the issue has moved', async () => {
    const { addComment, pollOnce, searches, readings, clock } = await inReview();
    const start = searches.length;
    await pollOnce();
    expect(readings).toEqual([]);
    addComment({ body: 'Nice!' });
    for (let minute = 0; minute < 3; minute += 1) {
      await pollOnce();
      await clock.advance(MINUTE);
    }
    expect(readings).toEqual(['PROJ-1']);
    expect(searches).toHaveLength(start + 4);
    expect(searches.at(-1)).toMatch(/^\(project = "PROJ" AND status = .*\) OR \(.*updated >= "-4m"\) ORDER BY/);
  });

  it.each<{ name: string; comment: Partial<IssueComment>; issue?: Partial<Issue> }>([
    { name: 'of the agent', comment: { author: theAgent() } },
    { name: 'among people', comment: { body: 'Nice!' } },
    { name: 'from before', comment: { createdAt: 0, updatedAt: 0 } },
    { name: 'on a finished issue', comment: {}, issue: { status: { id: '5', name: 'Done', category: 'done' } } },
  ])('start nothing when they are $name', async ({ comment, issue: values }) => {
    const { addComment, pollOnce, tasks, issue } = await inReview();
    addComment(comment);
    Object.assign(issue, values);
    await pollOnce();
    expect(await tasks()).toEqual(['coding~PROJ-1~10233']);
  });

  it('are found when they were edited, and after a night without polls', async () => {
    const { addComment, pollOnce, tasks, clock, searches } = await inReview();
    addComment({ createdAt: 0 });
    await clock.advance(DAY / 2);
    await pollOnce();
    expect(await tasks()).toContain(REWORK);
    expect(searches.at(-1)).toContain(`updated >= "-${12 * 60 + 4}m"`);
  });

  it('on other issues are not read, and leave nothing in the skip log', async () => {
    const { answer, pollOnce, readings, clock, skipLog } = await inReview();
    const status = { id: '1', name: 'To Do', category: 'new' as const };
    answer.issues = [anIssue({ key: 'PROJ-2', status, updatedAt: clock.now() })];
    await pollOnce();
    expect(readings).toEqual([]);
    expect(await skipLog.list('issue~PROJ-2')).toEqual([]);
  });

  it('are read on each of several issues that moved at the same time, and counted', async () => {
    const { answer, addComment, pollOnce, readings, comments, clock, logged } = await inReview();
    addComment();
    addComment({ id: '10401', body: 'Nice!' });
    const other = anIssue({ key: 'PROJ-2', updatedAt: clock.now() });
    answer.issues.push(other);
    await pollOnce();
    comments.set('PROJ-2', [anIssueComment({ id: '10402', body: 'Why?', createdAt: clock.now() })]);
    other.status = { id: '4', name: 'In Review', category: 'indeterminate' };
    other.updatedAt += 1;
    await pollOnce();
    expect(readings).toEqual(['PROJ-1', 'PROJ-2', 'PROJ-2']);
    expect(logged('poll done').slice(-2)).toEqual([
      { poller: 'jira', issues: 2, admitted: 2, duplicates: 0, skipped: 1, failed: 0 },
      { poller: 'jira', issues: 2, admitted: 0, duplicates: 0, skipped: 1, failed: 0 },
    ]);
  });

  it('are left to a run that is queued', async () => {
    const { addComment, pollOnce, tasks, issue } = await inReview();
    addComment();
    Object.assign(issue, { status: anIssue().status, revision: '10300' });
    await pollOnce();
    expect(await tasks()).toEqual([expect.not.stringContaining('~c'), 'coding~PROJ-1~10233']);
  });

  it.each([
    { name: 'Jira', error: new TaskError('jira-unavailable') },
    { name: 'the token', error: new TaskError('jira-unauthorized') },
    { name: 'storage', error: new TaskError('storage-unavailable') },
  ])('are not lost when $name fails', async ({ error }) => {
    const { addComment, pollOnce, tasks, clock, commentFailures, pollers } = await inReview();
    addComment();
    commentFailures.set('PROJ-1', error);
    for (let polls = 0; polls < 3; polls += 1) {
      await pollOnce();
      await clock.advance(6 * MINUTE);
    }
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 3, code: error.code });
    commentFailures.clear();
    await pollOnce();
    expect(await tasks()).toContain(REWORK);
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0 });
  });

  it('do not stop the poll when those of one issue fail for good, or again and again', async () => {
    const { addComment, pollOnce, clock, commentFailures, pollers, skipLog, logged } = await inReview();
    addComment();
    const forbidden = new TaskError('jira-forbidden');
    commentFailures.set('PROJ-1', forbidden);
    await pollOnce();
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0 });
    expect(await skipLog.list('issue~PROJ-1')).toMatchObject([{ reason: 'unreadable', detail: 'its comments' }]);
    expect(logged('comments not ingested')).toEqual([{ issueKey: 'PROJ-1', givenUp: true, error: forbidden }]);
    expect(logged('poll done').at(-1)).toMatchObject({ admitted: 0, duplicates: 0, skipped: 1 });
    const away = new TaskError('jira-unavailable');
    commentFailures.set('PROJ-1', away);
    for (let polls = 0; polls < 5; polls += 1) {
      await clock.advance(6 * MINUTE);
      await pollOnce();
    }
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 0 });
    expect(logged('comments not ingested').slice(1)).toEqual(
      [false, false, false, false, true].map((givenUp) => ({ issueKey: 'PROJ-1', givenUp, error: away })),
    );
  });

  it('of three issues in a row that fail end the reading, and what stands in its trigger is still admitted', async () => {
    const { answer, pollOnce, clock, commentFailures, readings, tasks, ledger, pollers } = await inReview();
    const away = new TaskError('jira-unavailable');
    const updatedAt = clock.now();
    const keys = ['PROJ-11', 'PROJ-12', 'PROJ-13', 'PROJ-14', 'PROJ-15'];
    for (const key of keys) {
      const task = aCodingTask({ scope: `issue~${key}` });
      await ledger.create({ runId: key, dedupKey: key, task });
      commentFailures.set(key, away);
    }
    const status = { id: '4', name: 'In Review', category: 'indeterminate' as const };
    answer.issues = [...keys.map((key) => anIssue({ key, status, updatedAt })), anIssue({ key: 'PROJ-2', updatedAt })];
    await pollOnce();
    expect(readings).toEqual(keys.slice(0, 3));
    expect(await tasks('PROJ-2')).toHaveLength(1);
    expect(await pollers.get(JIRA_POLLER)).toMatchObject({ failures: 1, code: 'jira-unavailable' });
  });
});

describe('an issue whose changelog Jira cannot answer now', () => {
  const error = new TaskError('jira-unavailable');

  async function arrange() {
    const fixture = createFixture();
    const { clock, answer, deps, pollers } = fixture;
    const poll = createPollJira(deps);
    const pollOnce = async () => {
      await poll(...timerContext('poll-jira'));
      const state = await pollers.get(JIRA_POLLER);
      await clock.advance(Math.max(MINUTE, (state.nextAllowedAt ?? 0) - clock.now()));
      return state;
    };
    await pollOnce();
    const broken = (key: string, { asked = true, updatedAt = 5 } = {}) => ({
      key,
      reason: 'its changelog: away',
      now: { error, updatedAt, asked },
    });
    answer.unreadable = [broken('PROJ-5')];
    return { ...fixture, pollOnce, broken };
  }

  it('fails the poll, so that its comments are looked for again, after the others were handled', async () => {
    const { answer, pollOnce, queue, skipLog, searches, logged } = await arrange();
    answer.issues = [anIssue({ key: 'PROJ-1' })];
    expect(await pollOnce()).toMatchObject({ failures: 1, code: 'jira-unavailable' });
    expect((await queue.getDepth()).count).toBe(1);
    expect(await skipLog.list('issue~PROJ-5')).toMatchObject([{ reason: 'unreadable' }]);
    expect(logged('issue not read')).toEqual([{ issueKey: 'PROJ-5', reason: 'its changelog: away', givenUp: false }]);
    answer.unreadable = [];
    expect(await pollOnce()).toMatchObject({ failures: 0 });
    // Back to the poll before it failed.
    expect(searches.at(-1)).toContain('updated >= "-5m"');
  });

  it('is given up at the fifth poll in its present state, and asked for again when it changes', async () => {
    const { answer, pollOnce, broken } = await arrange();
    const failures = async () => (await pollOnce()).failures;
    const polls = [];
    for (let count = 0; count < 6; count += 1) polls.push(await failures());
    expect(polls).toEqual([1, 2, 3, 4, 0, 0]);
    answer.unreadable = [broken('PROJ-5', { updatedAt: 6 })];
    expect(await failures()).toBe(1);
  });

  it('rests for a quarter of an hour once it is given up, in that state', async () => {
    const { deps, pollOnce, clock } = await arrange();
    const resting: (boolean | undefined)[] = [];
    const search = deps.jira.searchIssues;
    deps.jira.searchIssues = async (jql, options) => {
      resting.push(options?.changelogs?.isResting({ key: 'PROJ-5', updatedAt: 5 }));
      expect(options?.changelogs?.isResting({ key: 'PROJ-5', updatedAt: 6 })).toBe(false);
      return search(jql, options);
    };
    for (let count = 0; count < 6; count += 1) await pollOnce();
    expect(resting).toEqual([false, false, false, false, false, true]);
    await clock.advance(15 * MINUTE);
    await pollOnce();
    expect(resting.at(-1)).toBe(false);
  });

  it('and was not asked for, as Jira answered none, is not counted, recorded or named one by one', async () => {
    const { answer, pollOnce, broken, skipLog, logged } = await arrange();
    answer.unreadable = Array.from({ length: 50 }, (_, index) => broken(`PROJ-${index}`, { asked: false }));
    for (let count = 1; count <= 7; count += 1) expect(await pollOnce()).toMatchObject({ failures: count });
    expect(logged('issue not read')).toEqual([]);
    expect(logged('poll failed')).toHaveLength(7);
    expect(await skipLog.list('issue~PROJ-7')).toEqual([]);
  });
});
