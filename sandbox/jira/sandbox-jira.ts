import type { AdfNode } from '../../shared/adapters/jira/adf/adf.ts';
import { adfToMarkdown } from '../../shared/adapters/jira/adf/adf-to-markdown.ts';
import { markdownToAdf } from '../../shared/adapters/jira/adf/markdown-to-adf.ts';
import { type CommentReach, FakeState, type JiraEvent } from './fake-state.ts';
import { type Fault, Faults } from './faults.ts';
import type { Permission, SandboxProject, SandboxUser, StoredIssue } from './model.ts';
import { createOAuth, type SandboxOAuth } from './oauth.ts';
import { type RecordedRequest, serve } from './server.ts';
import { createViews } from './views.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface SandboxJiraOptions {
  projects: SandboxProject[];
  /** The first is who acts when a call does not say who. */
  users: SandboxUser[];
  clock?: { now(): number };
}

interface NewIssue {
  project: string;
  summary: string;
  /** Markdown, ADF, or `null` for none. */
  description?: string | AdfNode | null;
  /** The first of the workflow unless given. */
  status?: string;
  assignee?: string | null;
  reporter?: string;
  labels?: string[];
  /** `Task` unless given; `Sub-task` is one. */
  type?: string;
  /** Key of the issue it is a subtask of. */
  parent?: string;
  resolution?: string;
  /** Names of versions of the project. */
  fixVersions?: string[];
  components?: string[];
}

interface NewAttachment {
  name: string;
  content: string | Uint8Array;
  mimeType?: string;
  /** What Jira says; the truth unless given. */
  size?: number;
  by?: string;
}

interface SandboxComment {
  id: string;
  authorId: string | null;
  markdown: string;
  adf: AdfNode;
}

/** A Jira Cloud site on this machine: what the product calls, and what people do there. */
export interface SandboxJira {
  /** The site, and the API for unscoped tokens. */
  url: string;
  /** The API as tokens with scopes must address it. */
  gatewayUrl: string;
  /** Creates an issue and gives its key. */
  createIssue(issue: NewIssue): string;
  /** Moves an issue past the workflow. */
  moveIssue(key: string, status: string, by?: string): void;
  assignIssue(key: string, accountId: string | null, by?: string): void;
  labelIssue(key: string, labels: string[], by?: string): void;
  describeIssue(key: string, description: string | AdfNode | null, by?: string): void;
  /** Writes a comment, in Markdown or ADF, and gives its id; by `null` it is anonymous. */
  addComment(key: string, text: string | AdfNode, by?: string | null, reach?: CommentReach): string;
  editComment(key: string, id: string, markdown: string, by?: string): void;
  deleteComment(key: string, id: string): void;
  /** Attaches a file and gives its id. */
  attach(key: string, file: NewAttachment): string;
  /** Adds a version to a project and gives its id. */
  addVersion(project: string, name: string, values?: { released?: boolean; releaseDate?: string }): string;
  addFixVersion(key: string, name: string, by?: string): void;
  resolveIssue(key: string, resolution: string | null, by?: string): void;
  /** Gives the issue a key of another project, and gives that key. */
  moveToProject(key: string, project: string): string;
  /** From now on no account may read it. */
  restrictIssue(key: string): void;
  /** `from` with the outward words of the type about `to`. */
  linkIssues(from: string, type: { name: string; inward: string; outward: string }, to: string): void;
  linkBlocks(blocker: string, blocked: string): void;
  /** Fills a custom field (`customfield_10010`) that people know by its name. */
  setField(key: string, field: { id: string; name: string }, value: unknown): void;
  /** Links a page elsewhere to the issue, as people do. */
  linkPage(key: string, page: { title: string; url: string }): void;
  /** From now on answers about issues leave these fields out; none given ends it. */
  leaveOut(...fields: string[]): void;
  /** From now on the API refuses what these permissions allow; none given ends it. */
  deny(...permissions: Permission[]): void;
  /** From now on answers about this issue lack what clients need. */
  corruptIssue(key: string): void;

  issue(key: string): StoredIssue;
  comments(key: string): SandboxComment[];
  readonly issueKeys: string[];
  /** Every move so far, of people and of the product. */
  readonly transitions: { issueKey: string; from: string; to: string; by: string }[];
  readonly requests: RecordedRequest[];
  /** How often an endpoint was called, or all of them. */
  countRequests(endpoint?: string): number;

  failNext(fault: Fault): void;
  clearFaults(): void;
  /** The search index stands still for so many searches: they see the issues as they are now. */
  staleSearches(searches: number): void;
  /** Most issues on one page of a search; 100 unless set. */
  setPageSize(size: number): void;
  webhooks: Webhooks;
  /** Signing in by OAuth 2.0 (3LO); its token endpoint is `url` with `/oauth/token`. */
  oauth: SandboxOAuth;
  /** From now on addresses for people lead to the same path below this one. */
  showPagesAt(url: string): void;
  close(): Promise<void>;
}

/** Starts the site on a free port of 127.0.0.1. */
export async function startSandboxJira({ projects, users, clock = Date }: SandboxJiraOptions): Promise<SandboxJira> {
  const [someone] = users;
  if (!someone) throw new Error('the sandbox Jira needs at least one user');
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  let url = '';
  let pageSize = 100;
  let searchesBehind = 0;

  const onEvent = (event: JiraEvent) => webhooks.send(event);
  const state = new FakeState({ projects, users, now: () => clock.now(), onEvent });
  const views = createViews(state, () => url);
  const webhooks = createWebhooks(views, () => clock.now());
  const oauth = createOAuth(() => clock.now());
  let pagesUrl: string | undefined;
  const pages = () => pagesUrl;
  const server = await serve({ pages, oauth, state, views, faults, requests, pageSize: () => pageSize, onSearch });
  url = server.url;

  function onSearch(): void {
    if (searchesBehind === 0) state.thawIndex();
    searchesBehind = Math.max(0, searchesBehind - 1);
  }

  return {
    url,
    gatewayUrl: `${url}/ex/jira/11111111-2222-3333-4444-555555555555`,
    createIssue({ project, description = null, assignee = null, reporter = someone.accountId, labels = [], ...issue }) {
      const fixVersions = (issue.fixVersions ?? []).map((name) => state.version(project, name).id);
      const values = {
        ...issue,
        fixVersions,
        projectKey: project,
        description: toAdf(description),
        labels,
        status: issue.status,
      };
      return state.addIssue({ ...values, assigneeId: assignee, reporterId: reporter }).key;
    },
    moveIssue(key, name, by = someone.accountId) {
      const status = state.findStatus(name);
      if (!status) throw new Error(`the sandbox Jira has no status "${name}"`);
      state.moveTo(state.issue(key), status, by);
    },
    assignIssue: (key, accountId, by = someone.accountId) => state.assign(state.issue(key), accountId, by),
    labelIssue: (key, labels, by = someone.accountId) => state.setLabels(state.issue(key), labels, by),
    describeIssue: (key, text, by = someone.accountId) => state.describe(state.issue(key), toAdf(text), by),
    addComment: (key, text, by = someone.accountId, reach = {}) =>
      state.addComment(state.issue(key), typeof text === 'string' ? markdownToAdf(text) : text, by, reach).id,
    attach(key, { name, content, mimeType = 'application/octet-stream', by = someone.accountId, size }) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const file = { name, mimeType, content: bytes, size: size ?? bytes.byteLength, authorId: by };
      return state.attach(state.issue(key), file).id;
    },
    editComment(key, id, markdown, by = someone.accountId) {
      const issue = state.issue(key);
      const comment = issue.comments.find((one) => one.id === id);
      if (!comment) throw new Error(`${key} has no comment ${id}`);
      state.editComment(issue, comment, markdownToAdf(markdown), by);
    },
    deleteComment(key, id) {
      const issue = state.issue(key);
      issue.comments = issue.comments.filter((comment) => comment.id !== id);
    },
    addVersion: (project, name, { released = false, releaseDate } = {}) =>
      state.addVersion({ projectKey: project, name, released, ...(releaseDate === undefined ? {} : { releaseDate }) })
        .id,
    addFixVersion(key, name, by = someone.accountId) {
      const issue = state.issue(key);
      state.addFixVersion(issue, state.version(issue.projectKey, name), by);
    },
    resolveIssue: (key, resolution, by = someone.accountId) => state.resolve(state.issue(key), resolution, by),
    moveToProject(key, project) {
      const issue = state.issue(key);
      state.moveToProject(issue, project);
      return issue.key;
    },
    restrictIssue(key) {
      state.issue(key).restricted = true;
    },
    linkIssues(from, type, to) {
      state.links.push({ type: { id: state.nextId(), ...type }, from, to });
    },
    linkBlocks(blocker, blocked) {
      state.issue(blocked).blockedBy.push(state.issue(blocker).key);
    },
    setField(key, { id, name }, value) {
      state.issue(key).fields.set(id, { name, value });
    },
    linkPage(key, page) {
      const id = state.nextId();
      state.issue(key).remoteLinks.set(`page=${id}`, { id: Number(id), ...page });
    },
    leaveOut: (...fields) => replaceAll(state.absentFields, fields),
    deny: (...permissions) => replaceAll(state.denied, permissions),
    corruptIssue(key) {
      state.issue(key).corrupt = true;
    },
    issue: (key) => state.issue(key),
    comments: (key) =>
      state
        .issue(key)
        .comments.map(({ id, authorId, body }) => ({ id, authorId, markdown: adfToMarkdown(body), adf: body })),
    get issueKeys() {
      return [...state.issues.keys()];
    },
    transitions: state.transitions,
    requests,
    countRequests: (endpoint) =>
      requests.filter((request) => endpoint === undefined || request.endpoint === endpoint).length,
    failNext: (fault) => faults.failNext(fault),
    clearFaults: () => faults.clear(),
    staleSearches(searches) {
      state.freezeIndex();
      searchesBehind = searches;
    },
    setPageSize(size) {
      pageSize = size;
    },
    webhooks,
    oauth,
    showPagesAt(url) {
      pagesUrl = url;
    },
    close: () => server.close(),
  };
}

function replaceAll<T>(set: Set<T>, values: readonly T[]): void {
  set.clear();
  for (const value of values) set.add(value);
}

function toAdf(text: string | AdfNode | null): AdfNode | null {
  return typeof text === 'string' ? markdownToAdf(text) : text;
}
