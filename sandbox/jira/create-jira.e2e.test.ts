import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJira, type JiraDeps } from '../../shared/adapters/jira/create-jira.ts';
import { buildTriggerJql } from '../../shared/adapters/jira/jql.ts';
import { searchTriggers } from '../../shared/adapters/jira/search-triggers.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { moveIssue } from '../../shared/services/issues/move-issue.ts';
import { listHumanComments, upsertReportComment } from '../../shared/services/notifications/report-comment.ts';
import { createTimingOutFetch } from '../../test/doubles/timing-out-fetch.ts';
import { failureOf } from '../../test/failure-of.ts';
import { createSpecChecker, type SpecChecker } from '../../test/spec-check.ts';
import { specsFolder } from '../../test/specs/specs-folder.ts';
import { type SandboxJira, startSandboxJira } from './sandbox-jira.ts';

const leigh = { accountId: '712020:leigh', displayName: 'Leigh Person' };
const agent = {
  accountId: '712020:agent',
  displayName: 'cmap',
  emailAddress: 'agent@example.com',
  apiToken: 'canary-api-token',
};
const robot = { accountId: '557058:robot', displayName: 'Automation', accountType: 'app' as const };
const users = [leigh, agent, robot];
const ready = { kind: 'status' as const, status: 'AI Ready' };

let site: SandboxJira;
let slept: number[];
let checker: SpecChecker;
let violations: string[];

beforeAll(async () => {
  checker = await createSpecChecker(path.join(specsFolder, 'jira/openapi.json'));
});

beforeEach(async () => {
  slept = [];
  violations = [];
  site = await startSandboxJira({ projects: [{ key: 'PROJ' }, { key: 'OPS' }], users });
});

afterEach(async () => {
  await site.close();
  // Every request of every test, and every answer no test has tampered with.
  expect(violations.filter((violation) => !NULLS_THE_SPECIFICATION_FORGOT.test(violation))).toEqual([]);
});

// Recorded deliveries have null for an absent user or value in a changelog, and the documentation of assigning asks for
// it.
const NULLS_THE_SPECIFICATION_FORGOT =
  /items\.\d+\.(from|to)(String)? must be string|PUT .*assignee: .*accountId must be string/;

const unusedPorts: SandboxJira[] = [];
afterAll(() => Promise.all(unusedPorts.map((other) => other.close())));

function connect(overrides: Partial<JiraDeps> = {}): Jira {
  return createJira({
    baseUrl: site.url,
    siteUrl: 'https://jira.example/',
    credential: { kind: 'token', email: agent.emailAddress, apiToken: new Secret(agent.apiToken) },
    log: silentLog,
    fetch: checkedFetch,
    clock: {
      now: Date.now,
      sleep: async (ms) => {
        slept.push(ms);
      },
    },
    ...overrides,
  });
}

async function checkedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = new URL(String(input));
  const request = { method: init?.method ?? 'GET', url: url.pathname.replace(/^\/ex\/jira\/[^/]+/, '') + url.search };
  const sent = init?.body
    ? { headers: init.headers as Record<string, string>, body: JSON.parse(String(init.body)) }
    : {};
  violations.push(...checker.checkRequest({ ...request, ...sent }));

  const response = await fetch(input, init);
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  if (response.ok && response.headers.get('x-fault') === null) {
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text === '' ? undefined : JSON.parse(text),
    };
    violations.push(...checker.checkAnswer({ ...request, ...answer }));
  }
  return response;
}

describe('reading issues', () => {
  it('reads everything of an issue in our terms', async () => {
    const blocker = site.createIssue({ project: 'OPS', summary: 'First', status: 'Done' });
    const other = site.createIssue({ project: 'OPS', summary: 'Second' });
    const key = site.createIssue({
      project: 'PROJ',
      summary: 'Round the total',
      description: '# Why\n\n- a cent',
      labels: ['billing'],
      assignee: agent.accountId,
    });
    site.linkBlocks(blocker, key);
    site.linkBlocks(other, key);
    site.linkBlocks(key, site.createIssue({ project: 'OPS', summary: 'Third' }));
    site.moveIssue(key, 'AI Ready', leigh.accountId);

    expect(await connect().getIssue(key)).toMatchObject({
      key: 'PROJ-1',
      projectKey: 'PROJ',
      summary: 'Round the total',
      description: '# Why\n\n- a cent',
      status: { name: 'AI Ready', category: 'new' },
      assignee: { accountId: agent.accountId },
      reporter: { accountId: leigh.accountId, displayName: 'Leigh Person' },
      labels: ['billing'],
      blockedBy: [
        { key: 'OPS-1', done: true },
        { key: 'OPS-2', done: false },
      ],
      revision: site.issue(key).changes[0]?.id,
      movedBy: { accountId: leigh.accountId, displayName: 'Leigh Person', accountType: 'atlassian' },
      updatedAt: site.issue(key).updatedAt,
      url: 'https://jira.example/browse/PROJ-1',
    });
  });

  it('reads parent and subtasks as the specification has linked issues, at both ends', async () => {
    const parent = site.createIssue({ project: 'PROJ', summary: 'Invoices', type: 'Story', status: 'In Progress' });
    const child = site.createIssue({ project: 'PROJ', summary: 'Round', type: 'Sub-task', parent });
    const other = site.createIssue({ project: 'PROJ', summary: 'Print', type: 'Sub-task', parent, status: 'Done' });

    const answers: { fields: { parent?: unknown; subtasks?: unknown[] } }[] = [];
    const jira = connect({
      async fetch(input, init) {
        const response = await checkedFetch(input, init);
        answers.push((await response.clone().json()) as (typeof answers)[number]);
        return response;
      },
    });
    const details = { fields: [] };
    const [above, below] = [
      await jira.getIssue(parent, undefined, details),
      await jira.getIssue(child, undefined, details),
    ];

    expect(above.details).toMatchObject({
      type: 'Story',
      subtasks: [
        { key: child, summary: 'Round' },
        { key: other, summary: 'Print', status: 'Done' },
      ],
    });
    expect(above.details).not.toHaveProperty('parent');
    expect(below.details).toMatchObject({
      type: 'Sub-task',
      parent: { key: parent, summary: 'Invoices', status: 'In Progress' },
      subtasks: [],
    });
    const related = answers.flatMap(({ fields }) => [
      ...(fields.parent ? [fields.parent] : []),
      ...(fields.subtasks ?? []),
    ]);
    expect(related).toHaveLength(3);
    for (const one of related) {
      expect(checker.checkSchema('LinkedIssue', one)).toEqual([]);
      // What Jira gives of every one, and people are shown.
      expect(one).toMatchObject({
        id: expect.any(String),
        key: expect.any(String),
        self: expect.stringMatching(/^http.*\/rest\/api\/3\/issue\/\d+$/),
        fields: {
          summary: expect.any(String),
          status: { name: expect.any(String) },
          issuetype: { subtask: expect.any(Boolean) },
        },
      });
    }
  });

  it('reads an issue without description, assignee and changes', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Bare', description: null });

    const issue = await connect().getIssue(key);

    expect(issue).toMatchObject({ description: '', revision: '0', blockedBy: [], labels: [] });
    expect(issue).not.toHaveProperty('assignee');
    expect(issue).not.toHaveProperty('movedBy');
  });

  it('takes the newest status or assignee change as revision, the same in a search and alone', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Moving' });
    const revisions: string[] = [];
    const act = [
      () => site.moveIssue(key, 'AI Ready'),
      () => site.labelIssue(key, ['seen']),
      () => site.assignIssue(key, agent.accountId),
      () => site.describeIssue(key, 'More'),
      () => site.moveIssue(key, 'To Do'),
      () => site.moveIssue(key, 'AI Ready'),
    ];
    for (const step of act) {
      step();
      const { revision } = await jira.getIssue(key);
      revisions.push(revision);
      expect((await jira.searchIssues('project = PROJ')).issues[0]?.revision).toBe(revision);
    }

    const changes = site.issue(key).changes.map(({ id }) => id);
    expect(revisions).toEqual([changes[0], changes[0], changes[2], changes[2], changes[4], changes[5]]);
  });

  it('finds the move behind more changes than Jira expands', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Busy' });
    site.moveIssue(key, 'AI Ready', leigh.accountId);
    for (let edit = 0; edit < 150; edit += 1) site.labelIssue(key, [`l${edit}`]);

    const { revision, movedBy } = await connect().getIssue(key);

    expect(revision).toBe(site.issue(key).changes[0]?.id);
    expect(movedBy?.accountId).toBe(leigh.accountId);
    expect(site.countRequests('changelog')).toBe(2);
  });

  it('distinguishes a missing issue from a broken site', async () => {
    const jira = connect({ maxAttempts: 1 });

    expect(await jira.findIssue('PROJ-99')).toBeUndefined();
    await expect(jira.getIssue('PROJ-99')).rejects.toMatchObject({ code: 'jira-not-found' });
    site.failNext({ status: 500 });
    await expect(jira.findIssue('PROJ-99')).rejects.toMatchObject({ code: 'jira-unavailable' });
  });
});

describe('searching', () => {
  function createReady(count: number, project = 'PROJ'): string[] {
    return Array.from({ length: count }, (_, n) =>
      site.createIssue({ project, summary: `Issue ${n}`, status: 'AI Ready' }),
    );
  }

  it('follows page tokens to the end', async () => {
    const keys = createReady(7);
    site.setPageSize(3);

    const { issues, truncated } = await connect().searchIssues('project = PROJ ORDER BY key ASC');

    expect(issues.map(({ key }) => key)).toEqual(keys);
    expect(truncated).toBe(false);
    expect(site.countRequests('search')).toBe(3);
  });

  it.each([
    { limit: 5, pages: 2, found: 5, truncated: true },
    { limit: 6, pages: 2, found: 6, truncated: true },
    { limit: 7, pages: 3, found: 7, truncated: false },
    { limit: 0, pages: 0, found: 0, truncated: false },
  ])('stops at its bound of $limit', async ({ limit, pages, found, truncated }) => {
    createReady(7);
    site.setPageSize(3);

    const result = await connect().searchIssues('project = PROJ', { limit });

    expect(result).toMatchObject({ truncated, issues: expect.objectContaining({ length: found }) });
    expect(site.countRequests('search')).toBe(pages);
  });

  it('reports an issue it cannot read and gives all others', async () => {
    const [first, second, third] = createReady(3);
    site.corruptIssue(second ?? '');
    const jira = connect();
    // The damaged answer is what the specification would not allow.
    const { issues, unreadable } = await jira.searchIssues('project = PROJ ORDER BY key ASC');

    expect(issues.map(({ key }) => key)).toEqual([first, third]);
    expect(unreadable).toEqual([{ key: second, reason: expect.stringContaining('fields.status') }]);
  });

  it('finds exactly the issues in the trigger of their project with one search', async () => {
    const bindings = [
      { jiraProject: 'PROJ', trigger: ready },
      { jiraProject: 'OPS', trigger: { kind: 'label' as const, label: 'agent' } },
    ];
    const [inTrigger] = createReady(1);
    site.createIssue({ project: 'PROJ', summary: 'Not ready', labels: ['agent'] });
    const labelled = site.createIssue({ project: 'OPS', summary: 'Labelled', labels: ['agent'] });
    site.createIssue({ project: 'OPS', summary: 'Ready, but by label here', status: 'AI Ready' });
    site.createIssue({ project: 'OPS', summary: 'Finished', labels: ['agent'], status: 'Done' });

    const { issues, refused } = await searchTriggers(connect(), bindings);

    expect(issues.map(({ key }) => key).toSorted()).toEqual([labelled, inTrigger].toSorted());
    expect(refused).toEqual([]);
    expect(site.requests).toHaveLength(1);
  });

  it('finds issues assigned to the agent', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Mine', assignee: agent.accountId });
    site.createIssue({ project: 'PROJ', summary: 'Hers', assignee: leigh.accountId });
    const [jql = ''] = buildTriggerJql([
      { jiraProject: 'PROJ', trigger: { kind: 'assignee', accountId: agent.accountId } },
    ]);

    expect((await connect().searchIssues(jql)).issues.map((issue) => issue.key)).toEqual([key]);
  });

  it.each(['Ready" OR project = "OPS', 'back\\slash', '"', "it's", 'Zurückgestellt', 'tab\there'])(
    'cannot be talked into another query by the status %j',
    async (status) => {
      const [jql = ''] = buildTriggerJql([{ jiraProject: 'PROJ', trigger: { kind: 'status', status } }]);

      await expect(connect().searchIssues(jql)).rejects.toMatchObject({
        code: 'jira-refused',
        detail: `The value '${status.replaceAll('\t', ' ')}' does not exist for the field 'status'.`,
      });
    },
  );

  it('is not stopped by a project that does not exist', async () => {
    const [key] = createReady(1);
    const bindings = ['GONE', 'PROJ', 'OPS'].map((jiraProject) => ({ jiraProject, trigger: ready }));

    const { issues, refused } = await searchTriggers(connect(), bindings);

    expect(issues.map((issue) => issue.key)).toEqual([key]);
    expect(refused).toEqual([
      { jiraProject: 'GONE', reason: "The value 'GONE' does not exist for the field 'project'." },
    ]);
  });

  it('asks once for 100 projects', async () => {
    const projects = Array.from({ length: 100 }, (_, n) => ({ key: `TEAM${n}` }));
    const big = await startSandboxJira({ projects, users });
    unusedPorts.push(big);
    big.createIssue({ project: 'TEAM42', summary: 'Found', status: 'AI Ready' });

    const bindings = projects.map(({ key }) => ({ jiraProject: key, trigger: ready }));
    const { issues } = await searchTriggers(connect({ baseUrl: big.url }), bindings);

    expect(issues).toHaveLength(1);
    expect(big.requests).toHaveLength(1);
  });
});

describe('comments', () => {
  it('reads all pages, oldest first, as Markdown', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Talk' });
    for (let n = 0; n < 230; n += 1) site.addComment(key, `**${n}**`, leigh.accountId);

    const comments = await connect().listComments(key);

    expect(comments.map(({ body }) => body)).toEqual(Array.from({ length: 230 }, (_, n) => `**${n}**`));
    expect(comments[0]).toMatchObject({ author: { accountId: leigh.accountId, accountType: 'atlassian' } });
    expect(site.countRequests('comments')).toBe(3);
  });

  it('writes real links and keeps newlines out of texts', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Report' });

    await connect().addComment(key, 'Done: [merge request](https://gitlab.example/a/-/merge_requests/1)\nand more.');

    expect(site.comments(key)[0]?.adf.content).toEqual([
      {
        type: 'paragraph',
        content: [
          { type: 'text', text: 'Done: ' },
          {
            type: 'text',
            text: 'merge request',
            marks: [{ type: 'link', attrs: { href: 'https://gitlab.example/a/-/merge_requests/1' } }],
          },
          { type: 'text', text: ' and more.' },
        ],
      },
    ]);
  });

  it('gives the prompt what people wrote: no reports of ours, no automation', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Talk' });
    site.addComment(key, 'Half up, please.', leigh.accountId);
    site.addComment(key, 'Sprint 12 started', robot.accountId);
    await upsertReportComment(jira, {
      issueKey: key,
      purpose: 'report',
      markdown: 'Working.',
      runId: 'run-1',
      agentId: 'a',
    });

    expect((await listHumanComments(jira, key, await jira.getMyself())).map(({ body }) => body)).toEqual([
      'Half up, please.',
    ]);
  });

  it('keeps one report, also when the answer to creating it was lost', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Report' });
    site.failNext({ match: { endpoint: 'comment-create' }, drop: true, afterEffect: true });
    const report = { issueKey: key, purpose: 'report', runId: 'coding~PROJ-1~10233', agentId: 'cmap' };

    await upsertReportComment(jira, { ...report, markdown: 'Working on it.' });
    await upsertReportComment(jira, { ...report, markdown: 'Done.' });
    await upsertReportComment(jira, { ...report, markdown: 'Done.' });

    expect(site.comments(key).map(({ markdown }) => markdown)).toEqual([
      'Done.\n\ncmap · report · run `coding~PROJ-1~10233` · agent `cmap`',
    ]);
    expect(site.countRequests('comment-create')).toBe(1);
    expect(site.countRequests('comment-edit')).toBe(1);
  });

  it.each([{ status: 500 }, { status: 503 }])('never sends a comment twice after $status', async ({ status }) => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Report' });
    site.failNext({ match: { endpoint: 'comment-create' }, status, afterEffect: true });

    await expect(connect().addComment(key, 'once')).rejects.toMatchObject({ code: 'jira-unavailable' });
    expect(site.comments(key)).toHaveLength(1);
  });

  it('sends a comment again after 429, which Jira did not take', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Report' });
    site.failNext({ match: { endpoint: 'comment-create' }, status: 429, headers: { 'retry-after': '7' } });

    await connect().addComment(key, 'once');

    expect(site.comments(key)).toHaveLength(1);
    expect(slept).toEqual([7000]);
  });
});

describe('transitions', () => {
  it('moves by the name of the status where the button is called otherwise', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Move', status: 'AI Ready' });

    expect(await moveIssue(connect(), { issueKey: key, targetStatus: 'In Progress' })).toBe('moved');
    expect(await moveIssue(connect(), { issueKey: key, targetStatus: 'in progress' })).toBe('already-there');
    expect(site.transitions).toEqual([{ issueKey: key, from: 'AI Ready', to: 'In Progress', by: agent.accountId }]);
  });

  it('says what the workflow offers when there is no way', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Move' });

    const error = await failureOf(moveIssue(connect(), { issueKey: key, targetStatus: 'Deployed' }));

    expect(error).toMatchObject({ code: 'transition-unavailable' });
    expect(error.detail).toContain('In Progress (by "Start work")');
    expect(site.transitions).toEqual([]);
  });

  it('moves once when the answer is lost', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Move' });
    site.failNext({ match: { endpoint: 'transition' }, drop: true, afterEffect: true });

    expect(await moveIssue(connect(), { issueKey: key, targetStatus: 'In Progress' })).toBe('moved');
    expect(site.transitions).toHaveLength(1);
    expect(site.countRequests('transition')).toBe(1);
  });
});

describe('releases', () => {
  it('finds a version by its exact name among many that contain it', async () => {
    for (let n = 0; n < 120; n += 1) site.addVersion('PROJ', `2.4.0-rc${n}`);
    const id = site.addVersion('PROJ', '2.4.0');

    expect(await connect().findVersion('PROJ', '2.4.0')).toEqual({ id, name: '2.4.0' });
    expect(await connect().findVersion('PROJ', '2.4')).toBeUndefined();
    expect(await connect().findVersion('NONE', '2.4.0')).toBeUndefined();
  });

  it('adds a version once and leaves the others, also where the issue was moved', async () => {
    const [old, next] = ['2.3.0', '2.4.0'].map((name) => site.addVersion('PROJ', name));
    const key = site.createIssue({ project: 'OPS', summary: 'Late' });
    const now = site.moveToProject(key, 'PROJ');
    site.addFixVersion(now, '2.3.0');
    const jira = connect();

    await jira.addFixVersion(now, next ?? '');
    await jira.addFixVersion(now, next ?? '');

    expect(site.issue(now).fixVersions).toEqual([old, next]);
    expect(await jira.getFixVersions(key)).toEqual({ key: now, names: ['2.3.0', '2.4.0'] });
    const foreign = site.addVersion('OPS', '2.4.0');
    await expect(jira.addFixVersion(now, foreign)).rejects.toMatchObject({
      code: 'jira-refused',
      detail: `fixVersions: Version with id '${foreign}' does not exist.`,
    });
  });

  it('creates an issue of a type of its project, and never twice', async () => {
    const version = site.addVersion('PROJ', '2.4.0');
    const jira = connect();
    const type = (await jira.listIssueTypes('PROJ')).find(({ name }) => name === 'Task');
    const values = {
      projectKey: 'PROJ',
      issueTypeId: type?.id ?? '',
      summary: 'Tidy up',
      description: 'For [a change](https://gitlab.example/a).',
      labels: ['cmap-change-1'],
      fixVersionId: version,
    };

    const created = await jira.createIssue(values);

    expect(created).toEqual({ key: 'PROJ-1', url: 'https://jira.example/browse/PROJ-1' });
    expect(site.issue('PROJ-1')).toMatchObject({
      summary: 'Tidy up',
      type: 'Task',
      labels: ['cmap-change-1'],
      fixVersions: [version],
    });
    site.failNext({ match: { endpoint: 'issue-create' }, drop: true, afterEffect: true });
    await expect(jira.createIssue(values)).rejects.toMatchObject({ code: 'jira-unavailable' });
    expect(site.issueKeys).toEqual(['PROJ-1', 'PROJ-2']);
  });

  it('says which field of a new issue Jira does not take', async () => {
    const values = {
      projectKey: 'PROJ',
      issueTypeId: '99',
      summary: 'x',
      description: 'x',
      labels: [],
      fixVersionId: '1',
    };
    const jira = connect();

    expect((await failureOf(jira.createIssue(values))).detail).toBe('issuetype: Specify a valid issue type');
    const error = await failureOf(jira.createIssue({ ...values, issueTypeId: '3', labels: ['a b'] }));
    expect(error.detail).toBe(
      "labels: The label 'a b' contains spaces which is invalid.; fixVersions: Version with id '1' does not exist.",
    );
    site.deny('CREATE_ISSUES');
    expect((await failureOf(jira.createIssue(values))).code).toBe('jira-forbidden');
  });
});

describe('everything else', () => {
  it('keeps properties', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Claim' });

    const authorization = `Basic ${Buffer.from(`${agent.emailAddress}:${agent.apiToken}`).toString('base64')}`;
    const read = async () => {
      const url = `${site.url}/rest/api/3/issue/${key}/properties/cmap.claim`;
      const answer = await fetch(url, { headers: { authorization } });
      return answer.status === 404 ? undefined : ((await answer.json()) as { value: unknown }).value;
    };

    await jira.setProperty(key, 'cmap.claim', { run: 'r1' });
    expect(await read()).toEqual({ run: 'r1' });
    await jira.deleteProperty(key, 'cmap.claim');
    await jira.deleteProperty(key, 'cmap.claim');
    expect(await read()).toBeUndefined();
  });

  it('assigns, and takes the assignee away', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Whose' });

    await jira.assign(key, leigh.accountId);
    expect(site.issue(key).assigneeId).toBe(leigh.accountId);
    await jira.assign(key, null);
    expect(site.issue(key).assigneeId).toBeNull();
    await expect(jira.assign(key, 'nobody')).rejects.toMatchObject({
      code: 'jira-refused',
      detail: "User 'nobody' does not exist.",
    });
  });

  it('sets one remote link however often', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Link' });
    const link = { globalId: 'cmap:mr:7:1', url: 'https://gitlab.example/a/-/merge_requests/1', title: '!1' };

    await connect().setRemoteLink(key, link);
    await connect().setRemoteLink(key, { ...link, title: '!1 Round the total' });

    expect([...site.issue(key).remoteLinks.values()]).toEqual([
      { id: expect.any(Number), url: link.url, title: '!1 Round the total' },
    ]);
  });

  it('lists linked pages, and is refused where issues cannot be linked', async () => {
    const jira = connect();
    const key = site.createIssue({ project: 'PROJ', summary: 'Pages' });
    expect(await jira.listRemoteLinks(key)).toEqual([]);
    site.linkPage(key, { title: 'Rounding', url: 'https://ada:hunter2@wiki.example/7' });

    expect(await jira.listRemoteLinks(key)).toMatchObject([{ title: 'Rounding', url: 'https://wiki.example/7' }]);
    site.failNext({ match: { endpoint: 'remote-links' }, status: 403 });
    await expect(jira.listRemoteLinks(key)).rejects.toMatchObject({ code: 'jira-forbidden' });
    await expect(jira.listRemoteLinks('PROJ-999')).rejects.toMatchObject({ code: 'jira-not-found' });
  });

  it('finds people and statuses for the author of a mapping', async () => {
    const jira = connect();

    expect(await jira.findUsers('leigh')).toEqual([
      { accountId: leigh.accountId, displayName: 'Leigh Person', accountType: 'atlassian' },
    ]);
    expect(await jira.findEmail(agent.accountId)).toBe(agent.emailAddress);
    expect(await jira.findEmail(leigh.accountId)).toBeUndefined();
    expect((await jira.listStatuses('PROJ')).map(({ name, category }) => `${name} ${category}`)).toEqual([
      'To Do new',
      'AI Ready new',
      'In Progress indeterminate',
      'In Review indeterminate',
      'Done done',
    ]);
    expect(await jira.getProjectKey('PROJ')).toBe('PROJ');
    await expect(jira.getProjectKey('GONE')).rejects.toMatchObject({ code: 'jira-not-found' });
    await expect(jira.listStatuses('GONE')).rejects.toMatchObject({ code: 'jira-not-found' });
  });

  it('knows which permissions it has in a project', async () => {
    const jira = connect();
    site.deny('LINK_ISSUES');

    expect(await jira.listPermissions('PROJ', ['ADD_COMMENTS', 'LINK_ISSUES'])).toEqual(['ADD_COMMENTS']);
    await expect(jira.listPermissions('GONE', ['ADD_COMMENTS'])).rejects.toMatchObject({ code: 'jira-not-found' });
  });

  it('asks once who it is', async () => {
    const jira = connect();

    expect(await jira.getMyself()).toEqual(await jira.getMyself());
    expect(site.countRequests('myself')).toBe(1);
  });

  it('escapes what would leave its place in a path', async () => {
    await expect(connect().getIssue('../myself')).rejects.toMatchObject({ code: 'jira-not-found' });
    expect(site.countRequests('myself')).toBe(0);
    violations = [];
  });
});

describe('reaching Jira', () => {
  it('uses the gateway for tokens with scopes, and the site for links', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Scoped' });
    const credential = { kind: 'token', apiToken: new Secret(agent.apiToken) } as const;
    const jira = connect({ baseUrl: `${site.gatewayUrl}/`, credential });

    expect((await jira.getIssue(key)).url).toBe('https://jira.example/browse/PROJ-1');
  });

  it.each<{ status: number; code: ErrorCode }>([
    { status: 400, code: 'jira-refused' },
    { status: 401, code: 'jira-unauthorized' },
    { status: 403, code: 'jira-forbidden' },
    { status: 404, code: 'jira-not-found' },
    { status: 409, code: 'jira-refused' },
    { status: 413, code: 'jira-refused' },
    { status: 302, code: 'jira-refused' },
  ])('names $status $code and does not try again', async ({ status, code }) => {
    site.failNext({ status, times: 9, headers: { location: 'https://elsewhere.example/' } });

    await expect(connect().getMyself()).rejects.toMatchObject({ code });
    expect(site.requests).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it('is refused with a wrong token', async () => {
    const error = await failureOf(
      connect({ credential: { kind: 'token', apiToken: new Secret('wrong-token') } }).getMyself(),
    );

    expect(error.code).toBe('jira-unauthorized');
    expect(site.requests).toHaveLength(1);
  });

  it('waits as long as Jira asks', async () => {
    site.failNext({ status: 429, headers: { 'retry-after': '3' } });
    site.failNext({ status: 503, headers: { 'retry-after': '11' } });

    await connect().getMyself();

    expect(slept).toEqual([3000, 11_000]);
  });

  it('hands a long wait to the caller instead of holding the run', async () => {
    site.failNext({ status: 429, headers: { 'retry-after': '1800' }, times: 9 });

    await expect(connect().getMyself()).rejects.toMatchObject({ code: 'jira-rate-limited', retryAfterMs: 1_800_000 });
    expect(site.requests).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it('never waits longer in all than it may', async () => {
    site.failNext({ status: 429, headers: { 'retry-after': '25' }, times: 9 });

    await expect(connect({ maxWaitMs: 60_000 }).getMyself()).rejects.toMatchObject({ code: 'jira-rate-limited' });
    expect(slept).toEqual([25_000, 25_000]);
  });

  it.each<{ name: string; fault: Parameters<SandboxJira['failNext']>[0]; timesOut?: boolean }>([
    { name: 'a server error', fault: { status: 500 } },
    { name: 'a dropped connection', fault: { drop: true } },
    { name: 'an answer that is not JSON', fault: { body: '<html>Sign in</html>', headers: { 'x-fault': '1' } } },
    { name: 'no answer in time', fault: { delayMs: 60_000 }, timesOut: true },
  ])('tries reading again after $name, a bounded number of times', async ({ fault, timesOut = false }) => {
    const connectTo = (endpoint: 'myself' | 'transitions', times: number) => {
      const timingOut = createTimingOutFetch(
        { times, countReceived: () => site.countRequests(endpoint) },
        checkedFetch,
      );
      return connect({ fetch: timesOut ? timingOut : checkedFetch, timeoutMs: 600_000, maxAttempts: 3 });
    };
    site.failNext({ ...fault, times: 2 });
    expect(await connectTo('myself', 2).getMyself()).toMatchObject({ accountId: agent.accountId });
    expect(slept).toEqual([1000, 2000]);

    site.failNext({ ...fault, times: 3 });
    const failing = connectTo('transitions', 3).listTransitions('PROJ-1');
    await expect(failing).rejects.toMatchObject({ code: 'jira-unavailable' });
    expect(site.countRequests('transitions')).toBe(3);
  });

  it('refuses an answer that is not what was promised', async () => {
    site.failNext({ match: { endpoint: 'myself' }, body: { accountId: 7 }, headers: { 'x-fault': '1' } });

    await expect(connect().getMyself()).rejects.toMatchObject({ code: 'jira-unavailable' });
  });

  it('sends a comment again when there was no connection at all', async () => {
    const key = site.createIssue({ project: 'PROJ', summary: 'Report' });
    const gone = await startSandboxJira({ projects: [], users });
    await gone.close();
    let attempts = 0;
    const fetchLater: typeof fetch = (input, init) => {
      attempts += 1;
      return fetch(attempts < 3 ? String(input).replace(site.url, gone.url) : input, init);
    };

    await connect({ fetch: fetchLater }).addComment(key, 'at last');

    expect(attempts).toBe(3);
    expect(site.comments(key)).toHaveLength(1);
  });

  it('stops at once when aborted', async () => {
    const stop = new AbortController();
    site.failNext({ delayMs: 60_000 });
    const asking = connect().getMyself(stop.signal);
    const reason = new Error('runner is stopping');
    setTimeout(() => stop.abort(reason), 50);

    await expect(asking).rejects.toBe(reason);
    expect(slept).toEqual([]);
  });

  it('does not wait for a retry when aborted', async () => {
    const stop = new AbortController();
    site.failNext({ status: 503, times: 9 });
    const reason = new Error('runner is stopping');
    const clock = {
      now: Date.now,
      async sleep(_ms: number, signal?: AbortSignal) {
        stop.abort(reason);
        signal?.throwIfAborted();
      },
    };

    await expect(connect({ clock, signal: stop.signal }).getMyself()).rejects.toBe(reason);
    expect(site.requests).toHaveLength(1);
  });

  it('never shows the token in any error of Jira', async () => {
    const basic = Buffer.from(`${agent.emailAddress}:${agent.apiToken}`).toString('base64');
    site.failNext({
      status: 400,
      body: {
        errorMessages: [`bad ${agent.apiToken} in Basic ${basic}`, 'x'.repeat(900)],
        errors: { a: agent.apiToken },
      },
    });

    const error = await failureOf(connect().getMyself());

    const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
    expect(shown).toContain('bad [secret]');
    expect(shown).not.toContain(agent.apiToken);
    expect(shown).not.toContain(basic);
    expect(error.detail?.length).toBeLessThan(310);
  });

  it('counts every request that goes out', async () => {
    const sent: string[] = [];
    site.failNext({ status: 500 });

    await connect({ onRequest: ({ method, path: target }) => sent.push(`${method} ${target}`) }).getMyself();

    expect(sent).toEqual(['GET myself', 'GET myself']);
  });
});
