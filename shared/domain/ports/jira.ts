import type { TaskError } from '../../kernel/errors.ts';

/** A Jira issue in our words. Rich text is Markdown from here on; ADF stays inside the adapter. */
export interface Issue {
  id: string;
  key: string;
  projectKey: string;
  summary: string;
  /** Empty when there is none. */
  description: string;
  status: { id: string; name: string; category: 'new' | 'indeterminate' | 'done' | 'undefined' };
  assignee?: JiraUser;
  reporter?: JiraUser;
  /** A visitor without an account created it. */
  createdAnonymously?: true;
  labels: string[];
  /** Issues this one "is blocked by". */
  blockedBy: { key: string; done: boolean }[];
  /**
   * Changes whenever the issue enters its current status or assignee anew: the id of the newest status or assignee
   * change in its changelog, `0` when it has none. A poll and a webhook for the same move agree on it.
   */
  revision: string;
  /** The person who made that change, when the changelog says so. */
  movedBy?: JiraUser;
  /** Changes of status, assignee and labels, newest first, as far back as Jira gave them with the issue. */
  changes?: IssueChange[];
  /** There are more than `changes` knows of: Jira gives only the newest of many. */
  hasOlderChanges?: boolean;
  /**
   * What stands in the property `MARKER_PROPERTY`. Anybody who may edit the issue can write it, so it is parsed before
   * use.
   */
  marker?: unknown;
  /** Only where it was asked for. */
  details?: IssueDetails;
  updatedAt: number;
  /** For people: `https://site/browse/KEY`. */
  url: string;
}

/** What else an issue says about the work; what Jira did not send or could not be read is absent or empty. */
export interface IssueDetails {
  type?: string;
  priority?: string;
  parent?: RelatedIssue;
  subtasks: RelatedIssue[];
  /** `relation` says how this issue stands to the other one: `is blocked by`. */
  links: (RelatedIssue & { relation: string })[];
  components: string[];
  fixVersions: string[];
  /** As Jira writes it: `2026-03-31`. */
  dueDate?: string;
  /** Those that were asked for, are there and are not empty, in the order they were asked for. */
  fields: IssueField[];
  /** Only where they were asked for. */
  attachments?: IssueAttachment[];
  /** Only where they were asked for, with `listRemoteLinks`: Jira says nothing of them together with the issue. */
  remoteLinks?: RemoteLink[];
}

/** A page elsewhere that people or apps linked to an issue. */
export interface RemoteLink {
  /** What an app knows its own link by; absent for one that a person made. */
  globalId?: string;
  title: string;
  /** Of http or https, without a name and a password in it; absent where the link has no such address. */
  url?: string;
}

/** What Jira says about a file that is attached to an issue. */
export interface IssueAttachment {
  id: string;
  /** As the file was called where it was uploaded: anything at all. */
  name: string;
  /** In bytes. */
  size: number;
  /** By the name of the file, mostly; empty where Jira does not say. */
  mimeType: string;
  /** Absent where the account was deleted, and for visitors without one. */
  author?: JiraUser;
  createdAt: number;
}

export interface RelatedIssue {
  key: string;
  summary: string;
  /** Empty where this account may not see it. */
  status: string;
}

export interface IssueField {
  /** The name or id it was asked for by. */
  asked: string;
  /** What people call it; the id where Jira does not say. */
  name: string;
  /** Markdown. */
  text: string;
}

/** Which more of an issue to read, in the same request. */
export interface DetailOptions {
  /** By name, in any case, or by id (`customfield_10010`). */
  fields: readonly string[];
  /** What is attached, too. */
  attachments?: boolean;
}

/** A text to be attached to an issue. */
export interface NewAttachment {
  issueKey: string;
  /** Of this account there is one of the name on an issue. */
  name: string;
  text: string;
}

export interface AttachmentRequest {
  /** The issue it is attached to. */
  issueKey: string;
  id: string;
  maxBytes: number;
}

/** The issue property in which a deployment says that it works on the issue. */
export const MARKER_PROPERTY = 'cmap.claim';

export interface IssueChange {
  /** The same in every answer that holds it. */
  id: string;
  field: 'status' | 'assignee' | 'labels';
  by?: JiraUser;
  /** The status id or account id it was changed to; empty for none and for labels. */
  toId: string;
  /** Names; for labels all of them, separated by spaces. */
  from: string;
  to: string;
  /** In milliseconds; absent where the changelog does not say. */
  at?: number;
}

export interface JiraUser {
  accountId: string;
  displayName: string;
  /** `app` and service accounts are not people. */
  accountType?: string;
}

export interface IssueComment {
  id: string;
  /** An anonymous one has an empty account id. */
  author: JiraUser;
  /** Markdown. */
  body: string;
  /** Account ids it mentions; absent for none. */
  mentions?: string[];
  /** Whom it mentions at its beginning, and the Markdown of the rest; absent where it begins with no mention. */
  addressed?: { mention: Mention; rest: string };
  /** Only a group, a role or the team of a service desk may read it. */
  restricted?: boolean;
  createdAt: number;
  updatedAt: number;
}

/** A project role is given to accounts and to groups. */
export interface RoleActors {
  accountIds: string[];
  /** Names. */
  groups: string[];
}

export interface Transition {
  id: string;
  name: string;
  to: { id: string; name: string };
  /** Names of fields that its screen asks for and that have no default; absent for none. */
  requiredFields?: string[];
}

/** A version of a project. */
export interface ProjectVersion {
  id: string;
  name: string;
}

export interface IssueType {
  id: string;
  name: string;
  subtask: boolean;
  /** 0 for tasks and stories, above for epics; absent where Jira does not say. */
  hierarchyLevel?: number | undefined;
}

export interface NewIssue {
  projectKey: string;
  issueTypeId: string;
  /** One line of at most 255 characters. */
  summary: string;
  /** Markdown. */
  description: string;
  labels: string[];
  fixVersionId: string;
}

/** What says of an issue which change it was created for. */
export interface LabelledIssue {
  key: string;
  labels: string[];
  createdAt: number;
}

export interface IssueSearchOptions {
  /** Issues at most; 1000 unless given. */
  limit?: number;
  /**
   * Where given, an issue whose changelog Jira cannot answer now is unreadable `now` and fails no other one; otherwise
   * it fails the search.
   */
  changelogs?: ChangelogPatience;
}

export interface ChangelogPatience {
  /** Whether the changelog of this issue has failed so often that it is not asked for in this search. */
  isResting(issue: IssueState): boolean;
  /** For one issue, all tries together. */
  timeoutMs: number;
}

/** An issue as it was when it was found. */
export type IssueState = Pick<Issue, 'key' | 'updatedAt'>;

export interface UnreadableIssue {
  key: string;
  reason: string;
  /** It may be readable later, in the same state. Absent: it stays unreadable until it changes. */
  now?: {
    error: TaskError;
    updatedAt: number;
    /** False where Jira failed for several others in a row, so that it was not asked about this one. */
    asked: boolean;
  };
}

export interface IssueSearchResult {
  issues: Issue[];
  /** Issues of the answer that could not be read, with the reason; one bad issue never fails the others. */
  unreadable: UnreadableIssue[];
  /** True when the bound was reached before the last page. */
  truncated: boolean;
}

/** A person a comment is for: Jira notifies them of it. */
export interface Mention {
  accountId: string;
  /** Shown where Jira does not know the account. */
  name: string;
}

/**
 * Jira Cloud as the product sees it. Every method retries 429 and 5xx a few times within `Retry-After`, and then throws
 * `TaskError` with a `jira-*` code. `find*` resolves `undefined` on 404.
 */
export interface Jira {
  /** One bounded JQL search, following page tokens up to `limit` issues. */
  searchIssues(jql: string, options?: IssueSearchOptions, signal?: AbortSignal): Promise<IssueSearchResult>;
  /** With `details` the answer has them; it stays one request. */
  getIssue(key: string, signal?: AbortSignal, details?: DetailOptions): Promise<Issue>;
  findIssue(key: string, signal?: AbortSignal, details?: DetailOptions): Promise<Issue | undefined>;
  /**
   * The content of an attachment, in one request that is not repeated: what cannot be had now is done without.
   * @throws {TaskError} `jira-*`; `jira-refused` with the reason also for more than `maxBytes` and for what Jira sends
   * from a host that is not Atlassian's.
   */
  readAttachment(attachment: AttachmentRequest, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Once by its name, however often it is asked for in turn. Resolves where Jira has it, also when the answer to that
   * was lost.
   * @throws {TaskError} `jira-*`; `jira-refused` on a service desk as well, whose customers see what is attached.
   */
  attachText(file: NewAttachment, signal?: AbortSignal): Promise<void>;
  /** Oldest first. */
  listComments(key: string, signal?: AbortSignal): Promise<IssueComment[]>;
  /** On a service desk the comment is internal. It begins with the person who is mentioned, if one is. */
  addComment(key: string, markdown: string, signal?: AbortSignal, mention?: Mention): Promise<IssueComment>;
  updateComment(
    key: string,
    commentId: string,
    markdown: string,
    signal?: AbortSignal,
    mention?: Mention,
  ): Promise<void>;
  /** Those possible for this account from the current status. */
  listTransitions(key: string, signal?: AbortSignal): Promise<Transition[]>;
  transition(key: string, transitionId: string, signal?: AbortSignal): Promise<void>;
  /** `null` removes the assignee. */
  assign(key: string, accountId: string | null, signal?: AbortSignal): Promise<void>;
  /** Nothing happens when the issue carries it already. */
  addLabel(key: string, label: string, signal?: AbortSignal): Promise<void>;
  /** Nothing happens when the issue does not carry it. */
  removeLabel(key: string, label: string, signal?: AbortSignal): Promise<void>;
  getMyself(signal?: AbortSignal): Promise<JiraUser>;
  /** Names of the groups the account is in. Needs the global permission to browse users and groups. */
  listGroups(accountId: string, signal?: AbortSignal): Promise<string[]>;
  /** Who has a role of a project, by its name; no one where it has no such role. Needs to administer the project. */
  listRoleActors(projectKey: string, role: string, signal?: AbortSignal): Promise<RoleActors>;
  setProperty(key: string, property: string, value: unknown, signal?: AbortSignal): Promise<void>;
  deleteProperty(key: string, property: string, signal?: AbortSignal): Promise<void>;
  /**
   * Pages linked to an issue, each once, in the order of Jira. One request, which Jira refuses where issues cannot be
   * linked.
   */
  listRemoteLinks(key: string, signal?: AbortSignal): Promise<RemoteLink[]>;
  /** Upserts by `globalId`. */
  setRemoteLink(
    key: string,
    link: { globalId: string; url: string; title: string },
    signal?: AbortSignal,
  ): Promise<void>;
  findUsers(query: string, signal?: AbortSignal): Promise<JiraUser[]>;
  /** Active accounts only, as far as this account may see them. */
  findUserById(accountId: string, signal?: AbortSignal): Promise<JiraUser | undefined>;
  /** The e-mail address of an account; absent where its owner does not show it to ours. */
  findEmail(accountId: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Those of `permissions` (Jira's keys, such as `ADD_COMMENTS`) that this account has in a project. */
  listPermissions(projectKey: string, permissions: readonly string[], signal?: AbortSignal): Promise<string[]>;
  /** The key a project has today, by that one or by a key it had before. @throws {TaskError} `jira-not-found` */
  getProjectKey(projectKey: string, signal?: AbortSignal): Promise<string>;
  listStatuses(projectKey: string, signal?: AbortSignal): Promise<{ id: string; name: string; category: string }[]>;
  /** By its exact name; `undefined` also where there is no such project. */
  findVersion(projectKey: string, name: string, signal?: AbortSignal): Promise<ProjectVersion | undefined>;
  /** Names of the fix versions of an issue, and the key it has today. */
  getFixVersions(key: string, signal?: AbortSignal): Promise<{ key: string; names: string[] }>;
  /** Nothing happens when the issue has it already; other versions stay. */
  addFixVersion(key: string, versionId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Those of at most 100 issues that are there and may be seen. Read by key, so that it knows also what was created a
   * moment ago, which a search may not.
   */
  listLabels(keys: readonly string[], signal?: AbortSignal): Promise<LabelledIssue[]>;
  /** One change: a label for another, and a fix version less. What is so already stays. */
  relabel(
    key: string,
    change: { remove: string; add: string; removeFixVersionId: string },
    signal?: AbortSignal,
  ): Promise<void>;
  listIssueTypes(projectKey: string, signal?: AbortSignal): Promise<IssueType[]>;
  /** Not repeated when the answer is lost: look for the issue first, by a label of its own. */
  createIssue(issue: NewIssue, signal?: AbortSignal): Promise<{ key: string; url: string }>;
}
