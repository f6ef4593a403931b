import { beforeEach, describe, expect, it } from 'vitest';
import { parseSubject } from '../../cli/arguments/subject.ts';
import { UsageError } from '../../cli/arguments/usage-error.ts';
import { claimsLs } from '../../cli/commands/claims/ls.ts';
import { whoami } from '../../cli/commands/doctor/whoami.ts';
import { explain } from '../../cli/commands/explain/explain.ts';
import { jiraStatuses } from '../../cli/commands/jira/statuses.ts';
import { jiraUsers } from '../../cli/commands/jira/users.ts';
import { runShow } from '../../cli/commands/run/show.ts';
import type { GitLabUser } from '../../shared/domain/ports/gitlab.ts';
import type { RunChange } from '../../shared/domain/ports/run-ledger.ts';
import { eventsSubject } from '../../shared/domain/runs/subjects.ts';
import { buildAuditTask } from '../../shared/domain/tasks/build-audit-task.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { cacheProject } from '../builders/projects.ts';
import { aCodingTask, aReviewTask } from '../builders/tasks.ts';
import { createMemoryIO } from '../doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../doubles/memory-storage.ts';
import { createMemoryTools, type MemoryToolsOptions } from '../doubles/memory-tools.ts';
import { createSteppedClock } from '../doubles/stepped-clock.ts';

const NOW = Date.UTC(2026, 0, 31, 10, 20, 30, 123);
const clock = createSteppedClock(NOW);
const MAPPINGS = { PROJ: { repo: 'group/app' } };

let storage: MemoryStorage;
let io: ReturnType<typeof createMemoryIO>;
beforeEach(() => {
  clock.time = NOW;
  storage = createMemoryStorage({ clock });
  io = createMemoryIO();
});
const tools = (options: MemoryToolsOptions = {}) => createMemoryTools({ storage, mappings: MAPPINGS, ...options });

async function aRun(...changes: RunChange[]): Promise<string> {
  const { runId } = await admitTask(aCodingTask(), { ...storage, clock, log: silentLog });
  for (const change of changes) await storage.ledger.update(await storage.ledger.get(runId), change);
  return runId;
}

const RUNNING: RunChange = { state: 'running', attempt: 1, runner: 'runner-7' };

describe('explain', () => {
  it('says that the webhook of the team was not notified, and what mends it', async () => {
    await aRun(RUNNING);
    await storage.skipLog.record(eventsSubject('issue~PROJ-12'), 'events-url-wrong', 'EVENTS_URL__TEAM_A answered 410');
    const deps = tools({ jira: { findIssue: async () => undefined } });
    expect(await explain({ subject: 'PROJ-12', json: false }, io, deps)).toBe(0);
    expect(io.stdout).toMatch(/^PROJ-12 is being worked on/);
    expect(io.stdout).toContain('An event was not delivered at 2026-01-31 10:20:30Z: The URL of the webhook');
    expect(io.stdout).toContain('EVENTS_URL__TEAM_A answered 410. Make a new webhook');
  });

  it.each<{ name: string; changes: RunChange[]; answer: string; next: string }>([
    { name: 'queued', changes: [], answer: 'PROJ-12 waits for a runner for 0 s', next: 'see whether runners start' },
    {
      name: 'running',
      changes: [RUNNING],
      answer: 'PROJ-12 is being worked on: run RUN, attempt 1, for 0 s on runner-7',
      next: 'Nothing to do.',
    },
    {
      name: 'parked',
      changes: [RUNNING, { state: 'parked', parkedUntil: NOW + 60_000, parkedReason: 'gitlab-unavailable' }],
      answer: 'PROJ-12 waits until 2026-01-31 10:21:30Z: GitLab did not answer (run RUN, attempt 1).',
      next: 'tried again by itself',
    },
    {
      name: 'failed',
      changes: [RUNNING, { state: 'failed', code: 'push-rejected', detail: 'branch agent/PROJ-12' }],
      answer:
        'PROJ-12 failed: GitLab refused the push: the branch is protected or the credential may not push. branch agent/PROJ-12 (run RUN, push-rejected,',
      next: 'Allow the agent to push to its branches',
    },
    {
      name: 'done',
      changes: [RUNNING, { state: 'done', result: { what: 'merge-request', mergeRequestUrl: 'https://g/x/1' } }],
      answer: 'PROJ-12 is done: run RUN ended 2026-01-31 10:20:30Z with a merge request, https://g/x/1.',
      next: 'comment what should change',
    },
    {
      name: 'superseded',
      changes: [{ state: 'superseded', detail: 'issue-moved-on' }],
      answer: 'ended without a result at 2026-01-31 10:20:30Z: superseded, issue-moved-on.',
      next: 'move it to the trigger again',
    },
  ])('answers plainly about a $name run', async ({ changes, answer, next }) => {
    const runId = await aRun(...changes);

    expect(
      await explain({ subject: 'proj-12', json: false }, io, tools({ jira: { findIssue: async () => undefined } })),
    ).toBe(0);

    const [first, second] = io.stdout.split('\n');
    expect(first).toContain(answer.replace('RUN', runId));
    expect(second).toContain(next);
  });

  it('gives the reason nothing happened, when that is newer than the last run', async () => {
    const runId = await aRun(RUNNING, { state: 'done', result: { what: 'no-changes' } });
    clock.time += 60_000;
    await storage.skipLog.record('issue~PROJ-12', 'blocked', 'PROJ-3');

    await explain({ subject: 'PROJ-12', json: false }, io, tools({ jira: { findIssue: async () => undefined } }));

    expect(io.stdout).toMatch(/^PROJ-12 waits for issues that block it \(PROJ-3\), as of 2026-01-31 10:21:30Z\./);
    expect(io.stdout).toContain(`Its last run ${runId} ended as done.`);
  });

  it('names a reason of the whole project', async () => {
    await storage.skipLog.record('jira~PROJ', 'search-refused', 'no such project');
    await explain({ subject: 'PROJ-12', json: false }, io, tools({ jira: { findIssue: async () => undefined } }));
    expect(io.stdout).toContain('PROJ-12 is in a project Jira does not let cmap search (no such project)');
  });

  it('says when nothing is known, and when Jira cannot be asked', async () => {
    const jira = { findIssue: () => Promise.reject(new TaskError('jira-unauthorized')) };
    await explain({ subject: 'PROJ-12', json: false }, io, tools({ jira }));
    expect(io.stdout).toMatch(/^Nothing is recorded about PROJ-12/);
    expect(io.stdout).toContain('The present state was not looked at: Jira did not accept the configured credential.');
  });

  it('says first that Jira does not show an issue of which nothing is recorded', async () => {
    await explain({ subject: 'PROJ-99', json: false }, io, tools({ jira: { findIssue: async () => undefined } }));
    expect(io.stdout).toMatch(/^Jira does not show PROJ-99 to the account of cmap\. Nothing is recorded about it/);
    expect(io.stdout).toContain('Check the key.');
    expect(io.stdout.match(/does not show/g)).toHaveLength(1);
  });

  it('adds what is true right now', async () => {
    const issue = {
      id: '1',
      key: 'PROJ-12',
      projectKey: 'PROJ',
      summary: '',
      description: '',
      status: { id: '1', name: 'Backlog', category: 'new' as const },
      labels: [],
      blockedBy: [],
      revision: '0',
      updatedAt: 0,
      url: '',
    };
    await explain({ subject: 'PROJ-12', json: true }, io, tools({ jira: { findIssue: async () => issue } }));
    expect(JSON.parse(io.stdout)).toMatchObject({
      present: { action: 'skip', reason: 'not-triggered' },
      runs: [],
      claim: null,
    });
    expect(JSON.parse(io.stdout).answer).toContain(
      'Right now it is not in its trigger (its status is "Backlog", the trigger is "AI Ready").',
    );
    expect(JSON.parse(io.stdout).next).toBe(
      'Move it to the trigger status of its binding (or assign or label it, as the binding says).',
    );
  });

  const noJira = { findIssue: async () => undefined };

  it.each(['mr~7~3', '7!3', 'app!3', 'group/app!3'])(
    'calls the merge request %s by the path of its project',
    async (subject) => {
      await cacheProject(storage);
      const project = { id: 7, path: 'group/app', cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
      await explain({ subject, json: false }, io, tools({ gitlab: { findProject: async () => project } }));
      expect(io.stdout).toMatch(/^Nothing is recorded about group\/app!3:/);
    },
  );

  it.each([
    { subject: 'OTHER-1', name: 'OTHER' },
    { subject: 'group/other!3', name: 'group/other' },
  ])('says of $subject that the map does not have it, without asking Jira', async ({ subject, name }) => {
    const project = { id: 8, path: name, cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
    const gitlab = { findProject: async () => project };
    expect(await explain({ subject, json: false }, io, tools({ gitlab }))).toBe(0);

    expect(io.stdout).toContain('belongs to a project without a binding');
    expect(io.stdout).toContain(`(${name} is not in the map, which has PROJ -> group/app)`);
  });

  it('works with the map in force where its source cannot be used, and says both', async () => {
    await storage.appliedMaps.record({ generation: 3, appliedAt: NOW, json: JSON.stringify({ mappings: MAPPINGS }) });
    const broken = () => Promise.reject(new UsageError('the project map cannot be used: mappings.PROJ: repo is empty'));
    await explain({ subject: 'OTHER-1', json: false }, io, { ...tools({ jira: noJira }), bindings: broken });

    expect(io.stdout).toContain('belongs to a project without a binding');
    expect(io.stdout).toContain(
      'The source of the map cannot be used: the project map cannot be used: mappings.PROJ: repo is empty. In force is the map of generation 3 with PROJ.',
    );
  });

  it('says that a changed source is not in force', async () => {
    await storage.appliedMaps.record({ generation: 3, appliedAt: NOW, json: JSON.stringify({ mappings: MAPPINGS }) });
    const changed = tools({ jira: noJira, mappings: { ...MAPPINGS, OPS: { repo: 'group/ops' } } });
    await explain({ subject: 'OPS-1', json: false }, io, changed);

    expect(io.stdout).toContain('The source of the map differs for OPS and is not in force before a reload.');
    expect(io.stdout).toContain('(OPS is not in the map, which has PROJ -> group/app)');
  });

  it('names the program of a runner, and not the message it works for', async () => {
    const runner = 'cmap-x7-11579/4d1d7c73-564a-423a-8370-cd181dde92f1.1';
    const runId = await aRun({ ...RUNNING, runner });
    await storage.scopes.take({ scope: 'issue~PROJ-12', runId, holder: runner, leaseMs: 90_000 });
    await explain({ subject: 'PROJ-12', json: false }, io, tools({ jira: noJira }));

    expect(io.stdout).toMatch(/for 0 s on cmap-x7-11579[,.]/);
    expect(io.stdout).toContain(`Claimed by ${runId} (cmap-x7-11579), for 2 min more, last renewed 0 s ago.`);
  });

  it('tells a silent runner from one at work', async () => {
    const runId = await aRun(RUNNING);
    await storage.scopes.take({ scope: 'issue~PROJ-12', runId, holder: 'runner-7', leaseMs: 90_000 });
    await explain({ subject: 'PROJ-12', json: false }, io, tools({ jira: noJira }));
    expect(io.stdout).toMatch(/^PROJ-12 is being worked on/);

    clock.time += 4 * 60_000;
    const later = createMemoryIO({ clock });
    await explain({ subject: 'PROJ-12', json: false }, later, tools({ jira: noJira }));
    expect(later.stdout).toMatch(/^PROJ-12 has run run-\w+ whose runner runner-7 is silent: its claim ended 3 min ago/);
  });

  it('explains one run by its id, also where a newer one is there', async () => {
    const runId = await aRun(RUNNING, { state: 'failed', code: 'push-rejected' });
    clock.time += 1000;
    await admitTask(aCodingTask({ id: 'coding~PROJ-12~2' }), { ...storage, clock, log: silentLog });
    await explain({ subject: runId.slice(0, 9), json: false }, io, tools({ jira: noJira }));

    expect(io.stdout).toMatch(/^PROJ-12 failed: GitLab refused the push/);
  });

  it('explains the run of an audit by its id', async () => {
    const request = { fixVersion: 'Spring 2.4.0', projects: ['PROJ'], repositories: [], scope: {} };
    const { runId } = await admitTask(buildAuditTask(request, { at: NOW }), { ...storage, clock, log: silentLog });

    expect(await explain({ subject: runId, json: false }, io, tools())).toBe(0);
    expect(io.stdout).toMatch(/^audit Spring 2\.4\.0 waits for a runner/);
  });

  it('finds a merge request by the path of its project', async () => {
    await admitTask(aReviewTask({ projectId: 7, mergeRequestIid: 3 }), { ...storage, clock, log: silentLog });
    const project = { id: 7, path: 'group/app', cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
    const gitlab = { findProject: async () => project };

    expect(await explain({ subject: 'group/app!3', json: false }, io, tools({ gitlab }))).toBe(0);
    expect(io.stdout).toMatch(/^group\/app!3 waits for a runner/);
  });

  it.each([
    { text: 'proj-12', subject: { kind: 'issue', issueKey: 'PROJ-12', jiraProject: 'PROJ' } },
    {
      text: 'https://site.atlassian.net/browse/PROJ-12',
      subject: { kind: 'issue', issueKey: 'PROJ-12', jiraProject: 'PROJ' },
    },
    { text: 'group/sub/app!7', subject: { kind: 'merge-request', project: 'group/sub/app', iid: 7 } },
    {
      text: 'https://g.example/group/app/-/merge_requests/7/diffs',
      subject: { kind: 'merge-request', project: 'group/app', iid: 7 },
    },
    { text: '12!7', subject: { kind: 'merge-request', project: 12, iid: 7 } },
    { text: 'app!7', subject: { kind: 'merge-request', project: 'app', iid: 7 } },
    { text: ' !7 ', subject: { kind: 'merge-request', iid: 7 } },
    { text: 'mr~12~7', subject: { kind: 'merge-request', project: 12, iid: 7 } },
    { text: 'issue~PROJ-12', subject: { kind: 'issue', issueKey: 'PROJ-12', jiraProject: 'PROJ' } },
    { text: 'echo~x', subject: { kind: 'scope', scope: 'echo~x' } },
    { text: 'audit~Spring 2.4.0', subject: { kind: 'scope', scope: 'audit~Spring 2.4.0' } },
    { text: 'RUN-1a2b', subject: { kind: 'run', runId: 'run-1a2b' } },
    { text: 'transcripts/run-1a2b3c4d5e6f/1-0.jsonl', subject: { kind: 'run', runId: 'run-1a2b3c4d5e6f' } },
    { text: '3F2504E0', subject: { kind: 'message', messageId: '3f2504e0' } },
    { text: '3f2504e0-4f89-41d3', subject: { kind: 'message', messageId: '3f2504e0-4f89-41d3' } },
    {
      text: 'https://site.atlassian.net/jira/software/projects/PROJ/boards/1?selectedIssue=PROJ-12',
      subject: { kind: 'issue', issueKey: 'PROJ-12', jiraProject: 'PROJ' },
    },
    {
      text: 'https://site.atlassian.net/browse/PROJ-12?focusedCommentId=7',
      subject: { kind: 'issue', issueKey: 'PROJ-12', jiraProject: 'PROJ' },
    },
    {
      text: 'https://g.example/group/app/-/merge_requests/7#note_3',
      subject: { kind: 'merge-request', project: 'group/app', iid: 7 },
    },
  ])('understands $text', ({ text, subject }) => {
    expect(parseSubject(text)).toEqual(subject);
  });

  it.each(['', 'PROJ', '12', 'group/app', '!', 'PROJ-12x', 'https://g.example/group/app', 'run-', 'audit~'])(
    'refuses %j in one line',
    (text) => {
      expect(() => parseSubject(text)).toThrow(/is neither an issue \(PROJ-12\) nor a merge request/);
    },
  );
});

describe('run show', () => {
  it('shows the life of a run, with stages, result and transcripts', async () => {
    const runId = await aRun(RUNNING);
    await storage.ledger.append(
      { runId, at: clock.now(), name: 'cloned', fields: { branch: 'agent/PROJ-12' } },
      { runId, at: clock.now(), name: 'agent-step', fields: { tool: 'view' } },
      { runId, at: clock.now(), name: 'checked', fields: { checks: 1, files: 2, changed: 'a.ts, b.ts' } },
    );
    const usage = { modelCalls: 1, inputTokens: 100, outputTokens: 20 };
    await storage.ledger.update(await storage.ledger.get(runId), {
      state: 'done',
      facts: { usage, cost: { amount: 1.25, currency: 'EUR' } },
      result: { what: 'no-changes', plan: '1. Look\n2. Write', usage },
    });
    await storage.artefacts.create(`transcripts/${runId}/1-0.jsonl`, 'x');

    expect(await runShow({ id: runId, json: false }, io, tools())).toBe(0);
    expect(io.stdout).toContain('plan      1. Look\n          2. Write\n');
    expect(io.stdout).toContain('state     done, attempt 1');
    expect(io.stdout).toContain('cloned  branch=agent/PROJ-12');
    expect(io.stdout).toContain('(1 agent step not shown; --json and the transcript have it)');
    expect(io.stdout).toContain('usage     1 call, 100 in, 20 out\ncost      1.25 EUR\n');
    expect(io.stdout).toContain('files     2: a.ts, b.ts\n');
    expect(io.stdout).toContain('checked  checks=1 files=2\n');
    expect(io.stdout).toContain(`transcript  transcripts/${runId}/1-0.jsonl`);
  });

  it('says that there is no such run', async () => {
    expect(await runShow({ id: 'run-0', json: false }, io, tools())).toBe(1);
    expect(io.stderr).toBe('cmap: no run run-0; `cmap explain PROJ-12` lists the runs of an issue\n');
  });
});

it('claims ls shows who holds what and until when, expired ones too', async () => {
  await storage.scopes.take({ scope: 'issue~PROJ-1', runId: 'run-1', holder: 'runner-1', leaseMs: 90_000 });
  await storage.scopes.take({ scope: 'mr~7~3', runId: 'run-2', holder: 'runner-2', leaseMs: -60_000 });
  await cacheProject(storage);

  expect(await claimsLs({ json: false }, io, tools())).toBe(0);
  expect(io.stdout).toMatch(/PROJ-1 +run-1 +runner-1 +in 2 min +-\ngroup\/app!3 +run-2 +runner-2 +1 min ago/);
});

describe('jira', () => {
  it('users lists account ids', async () => {
    const findUsers = async () => [{ accountId: '557:ada', displayName: 'Ada', accountType: 'atlassian' }];
    expect(await jiraUsers({ name: 'ada', json: false }, io, tools({ jira: { findUsers } }))).toBe(0);
    expect(io.stdout).toBe('ACCOUNT ID  NAME  TYPE\n557:ada     Ada   atlassian\n');
  });

  it('users says when no account was found', async () => {
    expect(await jiraUsers({ name: 'x', json: true }, io, tools({ jira: { findUsers: async () => [] } }))).toBe(1);
    expect(JSON.parse(io.stdout)).toEqual({ ok: false, users: [] });
    expect(io.stderr).toContain('Jira shows no user "x"');
  });

  it('statuses lists the names a mapping needs', async () => {
    const listStatuses = async (key: string) => [{ id: '1', name: `AI Ready ${key}`, category: 'new' }];
    expect(await jiraStatuses({ project: 'proj', json: false }, io, tools({ jira: { listStatuses } }))).toBe(0);
    expect(io.stdout).toBe('STATUS         CATEGORY  ID\nAI Ready PROJ  to do     1\n');
  });
});

it('whoami names every identity, also when one of them fails', async () => {
  const user: GitLabUser = { id: 5, username: 'cmap-bot', name: 'cmap', bot: true };
  const gitlab = { getCurrentUser: async () => user };
  const jira = { getMyself: () => Promise.reject(new TaskError('jira-unauthorized')) };

  expect(await whoami({ json: false }, io, tools({ gitlab, jira }))).toBe(1);
  expect(io.stdout).toMatch(/gitlab +default +cmap-bot \(5\)\njira +JIRA_API_TOKEN +FAIL Jira did not accept/);
});
