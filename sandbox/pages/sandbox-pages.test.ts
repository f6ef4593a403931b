import { beforeEach, describe, expect, it } from 'vitest';
import { createBoard } from '../../cli/commands/board/read/board.ts';
import { createBoardApp } from '../../cli/commands/board/server/create-board-app.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import { only } from '../../test/doubles/only.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { ApiRefusal } from './api/call-api.ts';
import type { GitLabPerson } from './api/gitlab-person.ts';
import type { Discussion, MergeRequest } from './api/gitlab-schemas.ts';
import type { JiraPerson } from './api/jira-person.ts';
import type { Issue } from './api/jira-schemas.ts';
import { createSandboxPages } from './sandbox-pages.ts';

const OWN = 'http://127.0.0.1:8700';
const HOSTILE = '<script>alert(1)</script>';
const MERGE_REQUEST = '/gitlab/group/app/-/merge_requests/3';
const clock = createSteppedClock();
let calls: unknown[][];
let isOpen: boolean;

beforeEach(() => {
  calls = [];
  isOpen = true;
});

const toDo = { name: 'To Do', category: 'new' as const };
const done = { name: 'Done', category: 'done' as const };
const issue: Issue = {
  key: 'PROJ-1',
  summary: HOSTILE,
  description: undefined,
  status: toDo,
  assignee: undefined,
  reporter: undefined,
  labels: [HOSTILE],
  project: 'PROJ',
  createdAt: 0,
  updatedAt: 0,
};
const mergeRequest = (): MergeRequest => ({
  iid: 3,
  title: `Draft: ${HOSTILE}`,
  description: HOSTILE,
  state: isOpen ? 'opened' : 'merged',
  isDraft: isOpen,
  createdAt: 0,
  updatedAt: 0,
  sourceBranch: HOSTILE,
  targetBranch: 'main',
  author: HOSTILE,
  headSha: '0123456789abcdef',
  mergeSha: undefined,
  project: 'group/app',
});
const discussion: Discussion = {
  id: 'd1',
  notes: [
    {
      id: 7,
      body: `${HOSTILE}\n\n\`\`\`suggestion:-0+0\n${HOSTILE}\n\`\`\``,
      author: 'cmap',
      createdAt: 0,
      system: false,
      resolvable: true,
      resolved: false,
      place: { path: 'a.js', line: 2, oldLine: undefined },
      suggestions: [{ id: 700, applied: false, appliable: true }],
    },
  ],
};

const record =
  (name: string) =>
  async (...values: unknown[]) =>
    void calls.push([name, ...values]);

const jira = only<JiraPerson>({
  listProjects: async () => ['PROJ', 'OPS'],
  listStatuses: async () => [toDo, done],
  listIssues: async () => [issue],
  async getIssue(key) {
    if (key !== 'PROJ-1') throw new ApiRefusal(404, 'Jira answered 404: Issue does not exist');
    return issue;
  },
  listTransitions: async () => [{ id: '21', name: 'Hand to the agent', to: 'AI Ready' }],
  listAssignable: async () => [{ id: 'ada', name: HOSTILE }],
  listComments: async () => [],
  listChanges: async () => [],
  listLinks: async () => [
    { url: 'javascript:alert(1)', title: 'bad' },
    { url: 'http://127.0.0.1:1/group/app/-/merge_requests/3', title: HOSTILE },
  ],
  async createIssue(values) {
    if (values.summary === '') throw new ApiRefusal(400, `Jira answered 400: ${HOSTILE}`);
    calls.push(['createIssue', values]);
    return 'PROJ-2';
  },
  move: record('move'),
  assign: record('assign'),
  changeLabel: record('changeLabel'),
  comment: record('comment'),
});

const gitlab = only<GitLabPerson>({
  listProjects: async () => [{ path: 'group/app', defaultBranch: 'main' }],
  listMergeRequests: async () => [mergeRequest()],
  listCommits: async () => [{ id: '0123456789abcdef', title: HOSTILE, message: '', author: 'Ada', at: 0 }],
  getMergeRequest: async () => mergeRequest(),
  getApprovals: async () => ({ byMe: false, names: [] }),
  listStatuses: async () => [{ name: 'cmap/review', status: 'failed', description: `1 open ${HOSTILE}` }],
  listDiffs: async () => [
    { oldPath: 'a.js', newPath: 'a.js', change: 'changed', text: `@@ -2 +2 @@\n-a\n+${HOSTILE}\n` },
  ],
  listDiscussions: async () => [discussion],
  getCommit: async () => ({ id: '0123456789abcdef', title: HOSTILE, message: `${HOSTILE}\n`, author: 'Ada', at: 0 }),
  listCommitDiffs: async () => [],
  listFiles: async () => ['a.js', HOSTILE],
  getFile: async (_project, _ref, path) => Buffer.from(path === 'binary' ? '\0' : `\r\n${HOSTILE}\r\n`),
  writeNote: record('writeNote'),
  startThread: record('startThread'),
  reply: record('reply'),
  resolve: record('resolve'),
  applySuggestion: record('applySuggestion'),
  setTitle: record('setTitle'),
  approve: record('approve'),
  pushFile: record('pushFile'),
  merge: () => Promise.reject(new ApiRefusal(405, 'GitLab answered 405: 405 Method Not Allowed')),
});

function createApp(isSandbox = true) {
  const ended = new AbortController().signal;
  const board = createBoard({
    tools: createMemoryTools({ storage: createMemoryStorage({ clock }), mappings: { PROJ: { repo: 'group/app' } } }),
    env: {},
    clock,
  });
  const extension = createSandboxPages({ gitlab, jira, person: 'Ada', clock, ended });
  return createBoardApp({
    board,
    token: new Secret('right'),
    port: 8700,
    ended,
    ...(isSandbox ? { extension } : {}),
  });
}

async function ask(
  path: string,
  form?: Record<string, string>,
  headers: Record<string, string> = {},
  app = createApp(),
) {
  const request = new Request(`${OWN}${path}`, {
    headers: { host: '127.0.0.1:8700', cookie: 'cmap-board-8700=right', origin: OWN, ...headers },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
  const answer = await app.fetch(request);
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
}

describe('the board of a deployment', () => {
  it.each(['/jira', '/gitlab', '/sandbox.js', '/sandbox.css', MERGE_REQUEST])('has no %s', async (path) => {
    expect((await ask(path, undefined, {}, createApp(false))).status).toBe(404);
  });

  it('has no such entry in its menu', async () => {
    const { html } = await ask('/runs', undefined, {}, createApp(false));
    expect(html).not.toMatch(/href="\/(jira|gitlab)"/);
  });
});

it('stands in the menu of every page, and marks the one that is open', async () => {
  expect((await ask('/runs')).html).toContain('<li><a href="/jira">Jira</a></li>');
  expect((await ask('/jira')).html).toContain('<a href="/jira" aria-current="page">Jira</a>');
  expect((await ask(MERGE_REQUEST)).html).toContain('<a href="/gitlab" aria-current="page">GitLab</a>');
});

const PAGES = [
  ...['/jira', '/jira?project=OPS', '/jira/browse/PROJ-1', '/gitlab', '/gitlab/group/app', MERGE_REQUEST],
  ...[`${MERGE_REQUEST}/edit`, `${MERGE_REQUEST}/edit?path=a.js`, '/gitlab/group/app/-/commit/0123456789abcdef'],
];

describe.each(PAGES)('%s', (path) => {
  it('shows texts as texts, under the policy of the board', async () => {
    const { status, html, headers } = await ask(path);
    expect(status).toBe(200);
    expect(html).not.toContain(HOSTILE);
    expect(html).not.toContain('javascript:');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  });

  it.each([
    { name: 'without the token', headers: { cookie: '' } },
    { name: 'to another origin', headers: { origin: 'https://evil.example' } },
    { name: 'under another host name', headers: { host: 'evil.example:8700' } },
  ])('is not shown $name', async ({ headers }) => {
    expect((await ask(path, undefined, headers)).status).toBe(403);
    expect((await ask(path, {}, headers)).status).toBe(403);
    expect(calls).toEqual([]);
  });
});

it('shows the statuses of the last commit of a merge request', async () => {
  expect((await ask(MERGE_REQUEST)).html).toContain('<dt>cmap/review</dt><dd>failed: 1 open ');
});

const place = expect.objectContaining({ project: 'group/app', iid: 3 });
it.each([
  { path: '/jira/browse/PROJ-1/move', form: { transition: '21' }, call: ['move', 'PROJ-1', '21'] },
  { path: '/jira/browse/PROJ-1/assign', form: { account: 'ada' }, call: ['assign', 'PROJ-1', 'ada'] },
  { path: '/jira/browse/PROJ-1/assign', form: { account: '' }, call: ['assign', 'PROJ-1', undefined] },
  { path: '/jira/browse/PROJ-1/labels', form: { add: 'x' }, call: ['changeLabel', 'PROJ-1', { add: 'x' }] },
  { path: '/jira/browse/PROJ-1/labels', form: { remove: 'x' }, call: ['changeLabel', 'PROJ-1', { remove: 'x' }] },
  { path: '/jira/browse/PROJ-1/comment', form: { body: 'b' }, call: ['comment', 'PROJ-1', 'b'] },
  { path: `${MERGE_REQUEST}/note`, form: { body: 'b' }, call: ['writeNote', place, 'b'] },
  { path: `${MERGE_REQUEST}/note`, form: { body: 'b', thread: '1' }, call: ['startThread', place, 'b'] },
  { path: `${MERGE_REQUEST}/reply`, form: { discussion: 'd1', body: 'b' }, call: ['reply', place, 'd1', 'b'] },
  { path: `${MERGE_REQUEST}/resolve`, form: { discussion: 'd1', resolved: '1' }, call: ['resolve', place, 'd1', true] },
  { path: `${MERGE_REQUEST}/resolve`, form: { discussion: 'd1', resolved: '' }, call: ['resolve', place, 'd1', false] },
  { path: `${MERGE_REQUEST}/apply`, form: { suggestion: '700' }, call: ['applySuggestion', 700] },
  { path: `${MERGE_REQUEST}/ready`, form: {}, call: ['setTitle', place, HOSTILE] },
  { path: `${MERGE_REQUEST}/approve`, form: {}, call: ['approve', place] },
  {
    path: `${MERGE_REQUEST}/edit?path=a.js`,
    form: { content: 'x\r\ny\r\n', message: 'm' },
    call: [
      'pushFile',
      'group/app',
      { branch: HOSTILE, path: 'a.js', message: 'm', isNew: false, content: 'x\r\ny\r\n' },
    ],
  },
  {
    path: `${MERGE_REQUEST}/edit?isNew=1`,
    form: { path: 'b.js', content: 'x\r\ny', message: 'm' },
    call: ['pushFile', 'group/app', { branch: HOSTILE, path: 'b.js', message: 'm', isNew: true, content: 'x\ny' }],
  },
])('$path does $call.0 and goes back', async ({ path, form, call }) => {
  const { status, headers } = await ask(path, form);
  expect(status).toBe(303);
  expect(headers.get('location')).toMatch(
    /^(\/jira\/browse\/PROJ-1|\/gitlab\/group\/app\/-\/merge_requests\/3)\?did=\w+$/,
  );
  expect(calls).toEqual([call]);
  expect((await ask(headers.get('location') ?? '')).html).toContain('role="status"><p>');
});

it('creates an issue and opens it', async () => {
  const { headers } = await ask('/jira/issues', { project: 'PROJ', summary: 's', description: 'd' });
  expect(headers.get('location')).toBe('/jira/browse/PROJ-2?did=create');
  expect(calls).toEqual([['createIssue', { project: 'PROJ', summary: 's', description: 'd' }]]);
});

it('says why a service refused, as text, with a way back', async () => {
  const merge = await ask(`${MERGE_REQUEST}/merge`, {});
  expect(merge.status).toBe(409);
  expect(merge.html).toContain('GitLab answered 405: 405 Method Not Allowed');
  expect(merge.html).toContain(`href="${MERGE_REQUEST}"`);
  const create = await ask('/jira/issues', { project: 'PROJ' });
  expect(create.status).toBe(409);
  expect(create.html).not.toContain(HOSTILE);
});

it.each(['/jira/browse/PROJ-9', '/gitlab/group/app/-/settings', '/gitlab/%ff'])('has no page %s', async (path) => {
  expect((await ask(path)).status).toBe(404);
});

it.each(['/jira/browse/PROJ-1/toString', `${MERGE_REQUEST}/toString`, `${MERGE_REQUEST}/close`])(
  'refuses what it cannot do: %s',
  async (path) => {
    expect((await ask(path, {})).status).toBe(404);
  },
);

it('leads from the address of a comment to the comment', async () => {
  const { headers } = await ask('/jira/browse/PROJ-1?focusedCommentId=10023');
  expect(headers.get('location')).toBe('/jira/browse/PROJ-1#comment-10023');
});

it('offers only what can be done', async () => {
  const draft = (await ask(MERGE_REQUEST)).html;
  expect(draft).toContain('Mark as ready');
  expect(draft).not.toContain(`${MERGE_REQUEST}/merge`);
  isOpen = false;
  const merged = (await ask(MERGE_REQUEST)).html;
  expect(merged).not.toMatch(/Mark as ready|Apply suggestion|Edit another file/);
  expect(merged).toContain('Reply');
});

it('does not offer what is no text for editing', async () => {
  const { html } = await ask(`${MERGE_REQUEST}/edit?path=binary`);
  expect(html).toContain('change it in a clone');
  expect((await ask(`${MERGE_REQUEST}/edit?path=binary`, { content: 'x', message: 'm' })).status).toBe(409);
});

it('is small', async () => {
  const sizes = await Promise.all(
    ['/sandbox.js', '/sandbox.css', '/board.js', '/board.css'].map(async (path) => (await ask(path)).html.length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
});
