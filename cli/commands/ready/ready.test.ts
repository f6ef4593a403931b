import { beforeEach, expect, it } from 'vitest';
import { hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { planCoding } from '../../../shared/domain/tasks/plan-coding.ts';
import { DAY, HOUR } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { utcDay } from '../../../shared/kernel/utc-day.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { ready } from './ready.ts';

const MAPPINGS = { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops', budget: { runs_per_day: 1 } } };

let clock: ManualClock;
let storage: MemoryStorage;
let io: ReturnType<typeof createMemoryIO>;
let issues: Issue[];
let searches: string[];
beforeEach(() => {
  clock = createManualClock();
  storage = createMemoryStorage({ clock });
  io = createMemoryIO({ clock });
  issues = [];
  searches = [];
});

const searchIssues = async (jql: string) => {
  searches.push(jql);
  return { issues, unreadable: [], truncated: false };
};
const tools = () => createMemoryTools({ storage, mappings: MAPPINGS, jira: { searchIssues } });

/** Admits the issue as the poller does. */
async function admit(issue: Issue): Promise<string> {
  const binding = (await tools().bindings())
    .filter(hasJiraProject)
    .find(({ jiraProject }) => jiraProject === issue.projectKey);
  const plan = planCoding(issue, binding);
  if (plan.action === 'skip') throw new Error(plan.reason);
  const { runId } = await admitTask(plan.task, { ...storage, clock, log: silentLog });
  return runId;
}

async function ask(project?: string) {
  const code = await ready({ json: true, project }, io, tools());
  return {
    code,
    ...(JSON.parse(io.stdout) as { issues: { issueKey: string; ready: boolean; reason: string; why: string }[] }),
  };
}

it.each([
  {
    mappings: { ...MAPPINGS, 'group/docs': {} },
    project: 'group/docs',
    problem: 'group/docs is bound without a Jira project, so no issue is worked on there',
  },
  { mappings: { 'group/docs': {} }, problem: 'no binding of the map has a Jira project, so no issue is worked on' },
])('asks Jira for nothing where there is no issue to work on: $problem', async ({ mappings, project, problem }) => {
  const without = { ...createMemoryTools({ storage, mappings }), jira: () => Promise.reject(new Error('asked')) };
  await expect(ready({ json: true, project }, io, without)).rejects.toThrow(problem);
});

it('lists what the next poll starts first, then the others with the reason of each, and changes nothing', async () => {
  issues = [
    anIssue({ key: 'PROJ-1', blockedBy: [{ key: 'PROJ-9', done: false }] }),
    anIssue({ key: 'PROJ-2' }),
    anIssue({ key: 'PROJ-3' }),
    anIssue({ key: 'PROJ-4', marker: { run: 'r', agentId: 'other', expiresAt: clock.now() + 60_000 } }),
    anIssue({ key: 'PROJ-5', marker: { run: 'r', agentId: 'cmap', expiresAt: clock.now() + 60_000 } }),
  ];
  await storage.scopes.take({ scope: 'issue~PROJ-3', runId: 'run-other', holder: 'x', leaseMs: HOUR });

  expect(await ready({ json: false }, io, tools())).toBe(0);

  expect(io.stdout.split('\n')).toEqual([
    '2 ready, 3 not',
    '',
    'ISSUE   READY  WHY',
    'PROJ-2  yes    ready: the next poll starts it',
    'PROJ-5  yes    ready: the next poll starts it',
    'PROJ-1  no     blocked: waits for issues that block it (PROJ-9)',
    'PROJ-3  no     claimed: run-other has it, at least until 2026-01-05 10:00:00Z',
    'PROJ-4  no     claimed-elsewhere: is worked on by another deployment of cmap (other)',
    '',
  ]);
  expect(await storage.ledger.listOpen()).toEqual([]);
  expect(await storage.skipLog.list('issue~PROJ-1')).toEqual([]);
  expect(searches).toHaveLength(1);
});

it.each([
  { name: 'queued', change: undefined, reason: 'queued', why: 'RUN waits for a runner' },
  { name: 'running', change: { state: 'running' as const, attempt: 1 }, reason: 'running', why: 'RUN works on it' },
  {
    name: 'put off until tomorrow',
    change: { state: 'parked' as const, parkedReason: 'budget', parkedUntil: Date.UTC(2026, 0, 6) },
    reason: 'parked',
    why: 'RUN waits until 2026-01-06 00:00:00Z: its project has used up the budget of today',
  },
  {
    name: 'failed',
    change: { state: 'failed' as const, code: 'push-rejected' },
    reason: 'failed',
    why: 'RUN failed at 2026-01-05 09:00:00Z (push-rejected); move it into its trigger again',
  },
  {
    name: 'superseded',
    change: { state: 'superseded' as const },
    reason: 'superseded',
    why: 'RUN ended as superseded at 2026-01-05 09:00:00Z; move it into its trigger again for another run',
  },
])('says that a request has a run already: $name', async ({ change, reason, why }) => {
  issues = [anIssue()];
  const runId = await admit(anIssue());
  if (change) await storage.ledger.update(await storage.ledger.get(runId), change);
  const answer = await ask();
  expect(answer.issues).toMatchObject([{ ready: false, reason, why: why.replace('RUN', runId), runId }]);
});

it('is ready again when it was moved into its trigger once more, and where its run ended before a reload of the map', async () => {
  const runId = await admit(anIssue());
  issues = [anIssue({ revision: '10999' })];
  expect((await ask()).issues).toMatchObject([{ ready: true }]);
  io = createMemoryIO({ clock });
  issues = [anIssue()];
  await clock.advance(1);
  const applied = { generation: 1, appliedAt: clock.now(), json: '{}' };
  await storage.appliedMaps.record(applied);
  expect((await ask()).issues).toMatchObject([{ ready: false }]);
  await storage.ledger.update(await storage.ledger.get(runId), { state: 'superseded' });
  await clock.advance(1);
  await storage.appliedMaps.record({ ...applied, generation: 2, appliedAt: clock.now() });
  io = createMemoryIO({ clock });
  expect((await ask()).issues).toMatchObject([{ ready: true }]);
});

it('knows when a project has used up its day', async () => {
  issues = [anIssue({ key: 'OPS-1' }), anIssue({ key: 'PROJ-1' })];
  const entry = { bindingKey: 'OPS', day: utcDay(clock.now()), runId: 'run-1' };
  await storage.budgets.start(entry, { maxTokens: 1, runsPerDay: 1 });
  expect((await ask()).issues).toMatchObject([
    { issueKey: 'PROJ-1', reason: 'ready' },
    { issueKey: 'OPS-1', reason: 'budget', why: 'the runs of OPS for today are used up; goes on 2026-01-06 00:00:00Z' },
  ]);
  io = createMemoryIO({ clock });
  await clock.advance(DAY);
  expect((await ask()).issues.every(({ reason }) => reason === 'ready')).toBe(true);
});

it('knows when the tokens of a day are promised to runs at work', async () => {
  issues = [anIssue({ key: 'PROJ-1' })];
  const mappings = { PROJ: { repo: 'group/app', budget: { tokens_per_day: 1000 } } };
  const entry = { bindingKey: 'PROJ', day: utcDay(clock.now()), runId: 'run-1' };
  await storage.budgets.start(entry, { maxTokens: 1000, tokensPerDay: 1000 });
  await ready({ json: false }, io, createMemoryTools({ storage, mappings, jira: { searchIssues } }));
  expect(io.stdout).toContain('budget: all tokens of PROJ for today are promised to runs at work');
});

it.each<{ name: string; month: object; used: number; why: string }>([
  { name: 'runs', month: { runs_per_month: 1 }, used: 1, why: 'the runs of PROJ for this month are used up' },
  { name: 'tokens', month: { tokens_per_month: 1 }, used: 1, why: 'the tokens of PROJ for this month are used up' },
  { name: 'money', month: { cost_per_month: 2 }, used: 1, why: 'the money of PROJ for this month is spent' },
])('knows when a project has used up its month: $name', async ({ month, used, why }) => {
  issues = [anIssue({ key: 'PROJ-1' })];
  const mappings = { PROJ: { repo: 'group/app', budget: month } };
  const entry = { bindingKey: 'PROJ', day: utcDay(clock.now()), runId: 'run-1', months: ['binding'] as const };
  await storage.budgets.start(entry, { maxTokens: 1 });
  await storage.budgets.end(entry, used, { amount: 2, currency: 'EUR' });
  await ready({ json: false }, io, createMemoryTools({ storage, mappings, jira: { searchIssues } }));
  expect(io.stdout).toContain(`budget: ${why}; goes on 2026-02-01`);
});

it('knows when the deployment has used up its month, before anything else is asked of a budget', async () => {
  issues = [anIssue({ key: 'OPS-1' })];
  const entry = { bindingKey: 'OPS', day: utcDay(clock.now()), runId: 'run-1', months: ['deployment'] as const };
  await storage.budgets.start(entry, { maxTokens: 1, runsPerDay: 1, deployment: { runsPerMonth: 1 } });
  expect((await ask()).issues).toMatchObject([
    { reason: 'budget', why: 'the runs of this deployment for this month are used up; goes on 2026-02-01 00:00:00Z' },
  ]);
});

it('names a person who keeps an issue closed', async () => {
  issues = [anIssue()];
  await storage.scopes.take({ scope: 'issue~PROJ-12', runId: 'person', holder: 'person/1', leaseMs: HOUR });
  expect((await ask()).issues).toMatchObject([
    { reason: 'claimed', why: 'a person keeps it closed until 2026-01-05 10:00:00Z' },
  ]);
});

it('searches one project when it is named, in any case', async () => {
  await ask('proj');
  expect(searches).toEqual([expect.stringContaining('project = "PROJ"')]);
});

it('refuses a project without a binding and names those there are', async () => {
  await expect(ready({ project: 'NOPE', json: false }, io, tools())).rejects.toThrow(
    'NOPE has no binding in the project map, which has PROJ, OPS; `cmap init` writes one',
  );
});

it('says which project Jira does not let it search, and ends with 1', async () => {
  const jira = { searchIssues: () => Promise.reject(new TaskError('jira-refused', { detail: 'no such status' })) };
  expect(
    await ready({ json: false, project: 'OPS' }, io, createMemoryTools({ storage, mappings: MAPPINGS, jira })),
  ).toBe(1);
  expect(io.stdout).toBe('No issue of 1 project stands in its trigger.\n');
  expect(io.stderr).toBe('cmap: Jira does not let cmap search OPS (no such status); run `cmap doctor`\n');
});
