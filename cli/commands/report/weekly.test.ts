import { beforeEach, expect, it } from 'vitest';
import type { AuditArchive } from '../../../shared/domain/ports/audit-archive.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Issue, IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import type { RunChange } from '../../../shared/domain/ports/run-ledger.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { DAY, HOUR } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { anAuditReport } from '../../../test/builders/audit-report.ts';
import { aGitLabUser, aMergeRequest, aNote, aProject } from '../../../test/builders/gitlab.ts';
import { aJiraUser, anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { corruptRun } from '../../../test/doubles/corrupt-run.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { reportWeekly } from './weekly.ts';
import { ReportWeeklyOptions } from './weekly-options.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const STATUSES = [
  { id: '1', name: 'To Do', category: 'new' },
  { id: '2', name: 'Doing', category: 'indeterminate' },
  { id: '3', name: 'Done', category: 'done' },
  { id: '4', name: 'Released', category: 'done' },
] as const;

let clock: ManualClock;
let storage: MemoryStorage;
let searches: string[];
let issues: Issue[];
let comments: Record<string, IssueComment[]>;
let jira: Partial<Jira>;
let gitlab: Partial<GitLab>;
beforeEach(() => {
  clock = createManualClock(NOW - 3 * DAY);
  storage = createMemoryStorage({ clock });
  searches = [];
  issues = [];
  comments = {};
  jira = {
    async searchIssues(jql) {
      searches.push(jql);
      return { issues: issues.filter(({ projectKey }) => jql.includes(projectKey)), unreadable: [], truncated: false };
    },
    listStatuses: async () => [...STATUSES],
    getMyself: async () => theAgent(),
    listComments: async (key) => comments[key] ?? [],
  };
  gitlab = { findProject: async () => aProject(), listMergeRequests: async () => [] };
});

function issue(key: string, statusId: string, more: Partial<Issue> = {}): Issue {
  const status = STATUSES.find(({ id }) => id === statusId) ?? STATUSES[0];
  return anIssue({ key, status: { ...status }, updatedAt: NOW - HOUR, ...more });
}

const moved = (id: string, from: string, toId: string, at: number) =>
  ({ id, field: 'status', from, toId, to: STATUSES.find((one) => one.id === toId)?.name ?? '', at }) as const;

async function report(given: object = {}, env: Record<string, string> = { AzureWebJobsStorage: 'set' }) {
  await clock.advance(NOW - clock.now());
  const io = createMemoryIO({ clock, env });
  const review = { bot_authors: ['mirror-*'] };
  const mappings = { PROJ: { repo: 'group/app', review }, OPS: { repo: 'group/ops' } };
  const tools = { ...createMemoryTools({ storage, mappings, jira, gitlab }), archive: async () => archive };
  const code = await reportWeekly(ReportWeeklyOptions.parse(given), io, tools);
  return { code, stdout: io.stdout, stderr: io.stderr, files: io.files };
}

async function json(given: object = {}, env?: Record<string, string>) {
  const { code, stdout } = await report({ json: true, ...given }, env);
  return {
    code,
    document: JSON.parse(stdout) as Record<string, { items: Record<string, unknown>[]; filters: string }>,
  };
}

/** One audit of PROJ that is kept, and one of another project. */
const archive = {
  list: async () => ['PROJ', 'SHOP'].map((auditId) => ({ fixVersion: '2.4.0', auditId, archivedAt: NOW - DAY })),
  async find({ auditId }: { auditId: string }) {
    return JSON.stringify({ ...anAuditReport().summary, projects: [auditId] });
  },
  link: async () => ({ url: 'https://storage.example/audits/audit.html?sig=secret', expires: true }),
} as Partial<AuditArchive> as AuditArchive; // nothing else is asked

async function addRun(task: Task, change: RunChange, at: number): Promise<void> {
  await clock.advance(at - clock.now());
  const run = await storage.ledger.create({ runId: `run-${task.id}`, dedupKey: task.id, task });
  if (!run) throw new Error('there is one already');
  const queued = await storage.ledger.update(run, { state: 'queued' });
  const running = queued && (await storage.ledger.update(queued, { state: 'running', attempt: 1 }));
  if (running) await storage.ledger.update(running, change);
}

it('sorts issues by where they stand, and counts as done what came into such a status in the span', async () => {
  issues = [
    issue('PROJ-1', '3', { changes: [moved('9', 'Doing', '3', NOW - DAY)] }),
    issue('PROJ-2', '4', { changes: [moved('9', 'Done', '4', NOW - DAY), moved('8', 'Doing', '3', NOW - 20 * DAY)] }),
    issue('PROJ-3', '3', { changes: [moved('9', 'Doing', '3', NOW - 8 * DAY)] }),
    issue('PROJ-4', '2'),
    issue('PROJ-5', '1'),
  ];
  const { code, document } = await json({ project: 'proj' });
  const keys = (name: string) => document[name]?.items.map(({ key }) => key);
  expect(code).toBe(0);
  expect([keys('done'), keys('inProgress'), keys('backlog')]).toEqual([['PROJ-1'], ['PROJ-4'], ['PROJ-5']]);
  expect(searches).toEqual([
    'project = "PROJ" AND (statusCategory != Done OR updated >= "-10081m") ORDER BY updated DESC',
  ]);
});

it('takes decisions and actions from what people wrote for everyone, and from nothing else', async () => {
  issues = [issue('PROJ-1', '2'), issue('PROJ-2', '2', { updatedAt: NOW - 9 * DAY })];
  const said = (body: string, more: Partial<IssueComment> = {}) =>
    anIssueComment({ body, createdAt: NOW - DAY, ...more });
  comments = {
    'PROJ-1': [
      said('Decision: ship on Friday'),
      said('Decision: a secret', { restricted: true }),
      said('Decision: of an app', { author: aJiraUser({ accountType: 'app' }) }),
      said('Decision: ours\n\ncmap · report · run `run-1` · agent `cmap`', { author: theAgent() }),
      said('Decision: long ago', { createdAt: NOW - 8 * DAY }),
    ],
    'PROJ-2': [said('Decision: not read, because nothing changed')],
  };
  gitlab.listMergeRequests = async () => [aMergeRequest()];
  gitlab.listNotes = async () => [
    aNote({ body: 'Action: call Ann', createdAt: NOW - HOUR }),
    aNote({ body: 'Action: internal', createdAt: NOW - HOUR, internal: true }),
    aNote({ body: 'Action: of a bot', createdAt: NOW - HOUR, author: aGitLabUser({ bot: true }) }),
    aNote({ body: 'Action: of a mirror', createdAt: NOW - HOUR, author: aGitLabUser({ username: 'mirror-eu' }) }),
    aNote({ body: 'Action: of Renovate', createdAt: NOW - HOUR, author: aGitLabUser({ username: 'renovate' }) }),
    aNote({ body: 'Action: ours\n\n<!-- cmap {"purpose":"answer"} -->', createdAt: NOW - HOUR }),
  ];
  const { document } = await json({ project: 'PROJ' });
  expect(document['decisions']?.items).toMatchObject([{ text: 'ship on Friday', subject: 'PROJ-1', author: 'Leigh' }]);
  expect(document['actions']?.items).toMatchObject([
    {
      text: 'call Ann',
      subject: 'group/app!3',
      url: 'https://gitlab.example.com/group/app/-/merge_requests/3#note_501',
    },
  ]);
});

it('masks a credential that stands in a comment, a summary or a title', async () => {
  const token = 'glpat-AbCdEfGhIjKlMnOpQrSt';
  issues = [issue('PROJ-1', '2', { summary: `Rotate ${token}` })];
  comments = { 'PROJ-1': [anIssueComment({ body: `Decision: use ${token}`, createdAt: NOW - DAY })] };
  gitlab.listMergeRequests = async () => [aMergeRequest({ title: `Remove ${token}`, mergedAt: NOW - HOUR })];
  gitlab.listNotes = async () => [];
  for (const given of [{}, { json: true }]) {
    const { stdout } = await report({ project: 'PROJ', ...given });
    expect(stdout).toContain('Rotate ');
    expect(stdout).toContain('Remove ');
    expect(stdout).not.toContain(token);
  }
});

it('lists what was made: merged merge requests, audits of these projects, and runs that ended', async () => {
  issues = [issue('PROJ-12', '2')];
  gitlab.listMergeRequests = async () => [
    aMergeRequest({ iid: 3, state: 'merged', mergedAt: NOW - HOUR }),
    aMergeRequest({ iid: 4, state: 'merged', mergedAt: NOW - 9 * DAY }),
    aMergeRequest({ iid: 5 }),
  ];
  gitlab.listNotes = async () => [];
  await addRun(aCodingTask({ id: 'coding~1' }), { state: 'done', result: { what: 'merge-request' } }, NOW - 2 * DAY);
  await addRun(aReviewTask({ id: 'review~1' }), { state: 'failed', code: 'agent-timed-out' }, NOW - 2 * DAY + HOUR);
  await addRun(aCodingTask({ id: 'coding~2' }), { state: 'parked', parkedReason: 'x', parkedUntil: NOW }, NOW - DAY);
  const { document } = await json({ project: 'PROJ' });
  expect(document['artefacts']?.items.map(({ kind, title, url }) => `${kind} ${title} ${url}`)).toEqual([
    'run coding PROJ-12: done, merge-request https://jira.example/browse/PROJ-12',
    'run review group/app!3: failed, agent-timed-out https://gitlab.example.com/group/app/-/merge_requests/3',
    'audit 2.4.0: clean https://storage.example/audits/audit.html',
    'merge-request group/app!3 Add a greeting https://gitlab.example.com/group/app/-/merge_requests/3',
  ]);
});

it('prints how an empty section was searched, and says that audits and runs were not looked at', async () => {
  const { code, stdout, stderr } = await report({ since: '2d' }, {});
  expect(code).toBe(0);
  expect(stdout).toMatch(/^# Week 2026-11-26 to 2026-11-28\n/);
  expect(stdout).toContain(
    '## Done\n\nNothing found. Searched: `project in ("OPS", "PROJ") AND (statusCategory != Done OR updated >= "-2881m")`; done from',
  );
  expect(stdout).toContain('no storage account is set, so audits and runs were not looked at');
  expect(stderr).toBe('cmap: no storage account is set, so audits and runs of the agent are not in the report\n');
});

it('goes on where one part cannot be seen, says so first, and ends with 3', async () => {
  issues = [issue('PROJ-4', '2')];
  jira.listComments = () => Promise.reject(new TaskError('jira-forbidden'));
  gitlab.findProject = async (path) => (path === 'group/ops' ? undefined : aProject());
  storage.ledger.listSince = () => {
    throw new TaskError('storage-unavailable');
  };
  const { code, stdout, stderr } = await report();
  expect(code).toBe(3);
  expect(stdout).toContain('**Not everything could be seen:**\n\n');
  expect(stdout).toContain('[PROJ-4]');
  expect(stderr.split('\n')).toEqual([
    'cmap: not everything could be seen: group/ops: GitLab does not show it to the credential of its binding.',
    'cmap: not everything could be seen: PROJ-4: The Jira account of the agent may not do this.',
    'cmap: not everything could be seen: runs of the agent: The storage account did not answer.',
    '',
  ]);
});

it('names a run that cannot be read, and ends with 3', async () => {
  await storage.ledger.create({ runId: 'run-broken', dedupKey: 'broken', task: aCodingTask() });
  await corruptRun(storage.parts.rows.runs, 'run-broken');
  const { code, stderr } = await report();
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: 'cmap: not everything could be seen: run-broken: The run ledger has this run and its row cannot be read.\n',
  });
});

it('writes into a file, and says where', async () => {
  const { stdout, files } = await report({ out: 'week.md' });
  expect(stdout).toBe('The report is in week.md.\n');
  expect(files.get('week.md')).toMatch(/^# Week .*\n$/s);
  expect(JSON.parse((await report({ out: 'week.json', json: true })).files.get('week.json') ?? '')).toMatchObject({
    ok: true,
    schema: 'cmap.weekly-report.v1',
  });
});

it('refuses a project that the map does not have', async () => {
  await expect(report({ project: ['PROJ', 'NOPE'] })).rejects.toThrow(
    'the map has no binding of NOPE; it has OPS, PROJ',
  );
});

it.each(['0d', 'week', '900d'])('refuses the span %s', (since) => {
  expect(ReportWeeklyOptions.safeParse({ since }).success).toBe(false);
});
