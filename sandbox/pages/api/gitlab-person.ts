import * as z from 'zod';
import { type ApiAccess, callApi, sendApi } from './call-api.ts';
import {
  Approvals,
  Commit,
  CommitStatus,
  Discussion,
  FileDiff,
  MergeRequest,
  Project,
  RepositoryFile,
  TreeEntry,
} from './gitlab-schemas.ts';

/** A merge request by its project's path and its number there. */
export interface Place {
  project: string;
  iid: number;
}

/**
 * What a person does in GitLab, through its REST API and with their own rights. Every call throws `ApiRefusal` where
 * GitLab refuses.
 */
export interface GitLabPerson {
  listProjects(): Promise<Project[]>;
  /** Newest change first. */
  listMergeRequests(project?: string): Promise<MergeRequest[]>;
  getMergeRequest(place: Place): Promise<MergeRequest>;
  getApprovals(place: Place): Promise<Approvals>;
  listStatuses(project: string, sha: string): Promise<CommitStatus[]>;
  listDiffs(place: Place): Promise<FileDiff[]>;
  listDiscussions(place: Place): Promise<Discussion[]>;
  getCommit(project: string, sha: string): Promise<Commit>;
  listCommitDiffs(project: string, sha: string): Promise<FileDiff[]>;
  listCommits(project: string): Promise<Commit[]>;
  listFiles(project: string, ref: string): Promise<string[]>;
  getFile(project: string, ref: string, path: string): Promise<Buffer>;
  writeNote(place: Place, body: string): Promise<void>;
  startThread(place: Place, body: string): Promise<void>;
  reply(place: Place, discussion: string, body: string): Promise<void>;
  resolve(place: Place, discussion: string, resolved: boolean): Promise<void>;
  applySuggestion(id: number): Promise<void>;
  setTitle(place: Place, title: string): Promise<void>;
  approve(place: Place): Promise<void>;
  merge(place: Place): Promise<void>;
  /** Commits a new text of a file; creates the file with `isNew`. */
  pushFile(project: string, push: FilePush): Promise<void>;
}

export interface FilePush {
  branch: string;
  path: string;
  content: string;
  message: string;
  isNew: boolean;
}

const PER_PAGE = 100;

export function createGitLabPerson(access: ApiAccess): GitLabPerson {
  const all = async <T>(path: string, schema: z.ZodType<T>): Promise<T[]> => {
    const found: T[] = [];
    for (let page = 1; ; page += 1) {
      const query = `${path.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`;
      const items = await callApi(access, { path: `${path}${query}` }, z.array(schema));
      found.push(...items);
      if (items.length < PER_PAGE) return found;
    }
  };
  const post = (path: string, body: object = {}) => sendApi(access, { method: 'POST', path, body });
  const put = (path: string, body: object = {}) => sendApi(access, { method: 'PUT', path, body });
  const newest = 'scope=all&order_by=updated_at&sort=desc';

  return {
    listProjects: () => all('/projects', Project),
    listMergeRequests: (project) =>
      all(`${project === undefined ? '' : projectPath(project)}/merge_requests?${newest}`, MergeRequest),
    getMergeRequest: (place) => callApi(access, { path: pathOf(place) }, MergeRequest),
    getApprovals: (place) => callApi(access, { path: `${pathOf(place)}/approvals` }, Approvals),
    listStatuses: (project, sha) => all(`${commitPath(project, sha)}/statuses`, CommitStatus),
    listDiffs: (place) => all(`${pathOf(place)}/diffs?unidiff=true`, FileDiff),
    listDiscussions: (place) => all(`${pathOf(place)}/discussions`, Discussion),
    getCommit: (project, sha) => callApi(access, { path: commitPath(project, sha) }, Commit),
    listCommitDiffs: (project, sha) => all(`${commitPath(project, sha)}/diff?unidiff=true`, FileDiff),
    // One page: a newcomer looks at the last ones.
    listCommits: (project) => callApi(access, { path: `${projectPath(project)}/repository/commits` }, z.array(Commit)),
    async listFiles(project, ref) {
      const path = `${projectPath(project)}/repository/tree?recursive=true&ref=${encodeURIComponent(ref)}`;
      return (await all(path, TreeEntry)).filter(({ type }) => type === 'blob').map((entry) => entry.path);
    },
    getFile: (project, ref, file) =>
      callApi(access, { path: `${filePath(project, file)}?ref=${encodeURIComponent(ref)}` }, RepositoryFile),
    writeNote: (place, body) => post(`${pathOf(place)}/notes`, { body }),
    startThread: (place, body) => post(`${pathOf(place)}/discussions`, { body }),
    reply: (place, discussion, body) => post(`${discussionPath(place, discussion)}/notes`, { body }),
    resolve: (place, discussion, resolved) => put(discussionPath(place, discussion), { resolved }),
    applySuggestion: (id) => put(`/suggestions/${id}/apply`),
    setTitle: (place, title) => put(pathOf(place), { title }),
    approve: (place) => post(`${pathOf(place)}/approve`),
    merge: (place) => put(`${pathOf(place)}/merge`),
    pushFile: (project, { branch, path, content, message, isNew }) =>
      post(`${projectPath(project)}/repository/commits`, {
        branch,
        commit_message: message,
        actions: [{ action: isNew ? 'create' : 'update', file_path: path, content }],
      }),
  };
}

function projectPath(project: string): string {
  return `/projects/${encodeURIComponent(project)}`;
}

function pathOf({ project, iid }: Place): string {
  return `${projectPath(project)}/merge_requests/${iid}`;
}

function discussionPath(place: Place, discussion: string): string {
  return `${pathOf(place)}/discussions/${encodeURIComponent(discussion)}`;
}

function commitPath(project: string, sha: string): string {
  return `${projectPath(project)}/repository/commits/${encodeURIComponent(sha)}`;
}

function filePath(project: string, file: string): string {
  return `${projectPath(project)}/repository/files/${encodeURIComponent(file)}`;
}
