import * as z from 'zod';
import { markdownToAdf } from '../../../shared/adapters/jira/adf/markdown-to-adf.ts';
import { type ApiAccess, ApiRefusal, callApi, sendApi } from './call-api.ts';
import { Change, Comment, Found, Issue, IssueType, RemoteLink, Status, Transition, User } from './jira-schemas.ts';

/**
 * What a person does in Jira, through its REST API and with their own rights. Every call throws `ApiRefusal` where Jira
 * refuses.
 */
export interface JiraPerson {
  /** Keys of the projects. */
  listProjects(): Promise<string[]>;
  /** The statuses of a project in the order of its workflow. */
  listStatuses(project: string): Promise<Status[]>;
  /** By key. */
  listIssues(projects: readonly string[]): Promise<Issue[]>;
  getIssue(key: string): Promise<Issue>;
  listTransitions(key: string): Promise<Transition[]>;
  listAssignable(key: string): Promise<User[]>;
  listComments(key: string): Promise<Comment[]>;
  listChanges(key: string): Promise<Change[]>;
  listLinks(key: string): Promise<RemoteLink[]>;
  /** Resolves the key of the new issue. */
  createIssue(issue: { project: string; summary: string; description: string }): Promise<string>;
  move(key: string, transition: string): Promise<void>;
  /** To no person without an account. */
  assign(key: string, accountId: string | undefined): Promise<void>;
  changeLabel(key: string, change: { add: string } | { remove: string }): Promise<void>;
  comment(key: string, markdown: string): Promise<void>;
}

const FIELDS = ['summary', 'description', 'status', 'assignee', 'reporter', 'labels', 'project', 'created', 'updated'];
const ORDINARY_TYPE = 'Task';
const PER_PAGE = 100;

export function createJiraPerson(access: ApiAccess): JiraPerson {
  const get = <T>(path: string, schema: z.ZodType<T>) => callApi(access, { path }, schema);
  const post = (path: string, body: object) => sendApi(access, { method: 'POST', path, body });
  const put = (path: string, body: object) => sendApi(access, { method: 'PUT', path, body });

  const paged = async <T>(path: string, list: 'comments' | 'values', schema: z.ZodType<T>): Promise<T[]> => {
    const Page = z.object({ [list]: z.array(schema), total: z.int() });
    const found: T[] = [];
    for (;;) {
      const page = await get(`${path}?startAt=${found.length}&maxResults=${PER_PAGE}`, Page);
      const items = page[list] as T[];
      found.push(...items);
      if (items.length === 0 || found.length >= Number(page['total'])) return found;
    }
  };

  return {
    listProjects: async () =>
      (await paged('/project/search', 'values', z.object({ key: z.string() }))).map(({ key }) => key),
    async listStatuses(project) {
      const types = await get(
        `/project/${encodeURIComponent(project)}/statuses`,
        z.array(z.object({ name: z.string(), statuses: z.array(Status) })),
      );
      return types[0]?.statuses ?? [];
    },
    async listIssues(projects) {
      if (projects.length === 0) return [];
      const jql = `project in (${projects.map((key) => `"${key.replaceAll(/["\\]/g, '')}"`).join(', ')}) ORDER BY created`;
      const found: Issue[] = [];
      let nextPageToken: string | undefined;
      do {
        const body = { jql, fields: FIELDS, maxResults: PER_PAGE, ...(nextPageToken ? { nextPageToken } : {}) };
        const page = await callApi(access, { method: 'POST', path: '/search/jql', body }, Found);
        found.push(...page.issues);
        nextPageToken = page.nextPageToken;
      } while (nextPageToken !== undefined);
      return found;
    },
    getIssue: (key) => get(`${pathOf(key)}?fields=${FIELDS.join(',')}`, Issue),
    listTransitions: async (key) =>
      (await get(`${pathOf(key)}/transitions`, z.object({ transitions: z.array(Transition) }))).transitions,
    listAssignable: (key) =>
      get(`/user/assignable/search?issueKey=${encodeURIComponent(key)}&maxResults=${PER_PAGE}`, z.array(User)),
    listComments: (key) => paged(`${pathOf(key)}/comment`, 'comments', Comment),
    listChanges: (key) => paged(`${pathOf(key)}/changelog`, 'values', Change),
    listLinks: (key) => get(`${pathOf(key)}/remotelink`, z.array(RemoteLink)),
    async createIssue({ project, summary, description }) {
      const found = await get(`/project/${encodeURIComponent(project)}`, z.object({ issueTypes: z.array(IssueType) }));
      const type = found.issueTypes.find(({ name }) => name === ORDINARY_TYPE) ?? found.issueTypes[0];
      if (!type) throw new ApiRefusal(400, `The Jira project ${project} has no type of issues`);
      const fields = {
        project: { key: project },
        issuetype: { id: type.id },
        summary,
        ...(description.trim() === '' ? {} : { description: markdownToAdf(description) }),
      };
      const created = await callApi(
        access,
        { method: 'POST', path: '/issue', body: { fields } },
        z.object({ key: z.string() }),
      );
      return created.key;
    },
    move: (key, transition) => post(`${pathOf(key)}/transitions`, { transition: { id: transition } }),
    assign: (key, accountId) => put(`${pathOf(key)}/assignee`, { accountId: accountId ?? null }),
    changeLabel: (key, change) => put(pathOf(key), { update: { labels: [change] } }),
    comment: (key, markdown) => post(`${pathOf(key)}/comment`, { body: markdownToAdf(markdown) }),
  };
}

function pathOf(key: string): string {
  return `/issue/${encodeURIComponent(key)}`;
}
