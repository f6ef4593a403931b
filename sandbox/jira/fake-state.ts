import type { AdfNode } from '../../shared/adapters/jira/adf/adf.ts';
import {
  type Attachment,
  type Change,
  type Comment,
  DEFAULT_WORKFLOW,
  type IssueLink,
  type Permission,
  type SandboxProject,
  type SandboxUser,
  type SandboxWorkflow,
  type ScreenField,
  type Status,
  type StoredIssue,
  type Version,
} from './model.ts';

export interface JiraEvent {
  kind: 'issue_created' | 'issue_updated' | 'comment_created' | 'comment_updated';
  issue: StoredIssue;
  /** Absent for an anonymous comment. */
  actor?: SandboxUser | undefined;
  change?: Change;
  comment?: Comment;
}

export interface FakeStateOptions {
  projects: SandboxProject[];
  users: SandboxUser[];
  now: () => number;
  onEvent: (event: JiraEvent) => void;
}

/** Who can read a comment; absent means everyone who sees the issue. */
export type CommentReach = Pick<Comment, 'visibility' | 'internal'>;

/**
 * Everything this Jira knows, and the only place it changes. Asking for what is not there throws: a test got it wrong.
 */
export class FakeState {
  readonly users: ReadonlyMap<string, SandboxUser>;
  readonly issues = new Map<string, StoredIssue>();
  /** What the API refuses from now on. */
  readonly denied = new Set<Permission>();
  /**
   * Fields that answers about issues leave out, as those do that are not on a screen or hidden by the field
   * configuration.
   */
  readonly absentFields = new Set<string>();
  readonly versions = new Map<string, Version>();
  readonly links: IssueLink[] = [];
  /** Keys issues had before they were moved to another project, with the key they have now. */
  readonly #movedKeys = new Map<string, string>();
  readonly #lastNumbers = new Map<string, number>();
  readonly transitions: { issueKey: string; from: string; to: string; by: string }[] = [];
  readonly #workflows: ReadonlyMap<string, SandboxWorkflow>;
  readonly #serviceDesks: ReadonlySet<string>;
  readonly #statuses = new Map<string, Status>();
  readonly #now: () => number;
  readonly #onEvent: (event: JiraEvent) => void;
  #lastId = 10_000;
  #snapshot: StoredIssue[] | undefined;

  constructor({ projects, users, now, onEvent }: FakeStateOptions) {
    this.users = new Map(users.map((user) => [user.accountId, user]));
    this.#workflows = new Map(projects.map(({ key, workflow }) => [key, workflow ?? DEFAULT_WORKFLOW]));
    this.#serviceDesks = new Set(projects.flatMap(({ key, isServiceDesk }) => (isServiceDesk ? [key] : [])));
    this.#now = now;
    this.#onEvent = onEvent;
    for (const { name, category } of [...this.#workflows.values()].flatMap(({ statuses }) => statuses)) {
      // Statuses are shared by all projects of a site: one name, one id.
      if (!this.#statuses.has(name.toLowerCase())) {
        this.#statuses.set(name.toLowerCase(), { id: this.nextId(), name, category });
      }
    }
  }

  nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  now(): number {
    return this.#now();
  }

  get projectKeys(): string[] {
    return [...this.#workflows.keys()];
  }

  isServiceDesk(key: string): boolean {
    return this.#serviceDesks.has(key);
  }

  hasProject(key: string): boolean {
    return this.#workflows.has(key);
  }

  findStatus(name: string): Status | undefined {
    return this.#statuses.get(name.toLowerCase());
  }

  user(accountId: string): SandboxUser {
    return required(this.users.get(accountId), `user ${accountId}`);
  }

  issue(key: string): StoredIssue {
    return required(this.issues.get(key), `issue ${key}`);
  }

  /** By its key, or by one it had before it was moved, or by its id. */
  findIssue(keyOrId: string): StoredIssue | undefined {
    const key = this.#movedKeys.get(keyOrId) ?? keyOrId;
    return this.issues.get(key) ?? [...this.issues.values()].find(({ id }) => id === keyOrId);
  }

  /** All statuses of the site. */
  get statuses(): Status[] {
    return [...this.#statuses.values()];
  }

  addVersion(values: Omit<Version, 'id'>): Version {
    required(this.#workflows.get(values.projectKey), `project ${values.projectKey}`);
    const version = { id: this.nextId(), ...values };
    this.versions.set(version.id, version);
    return version;
  }

  version(projectKey: string, name: string): Version {
    const found = [...this.versions.values()].find((one) => one.projectKey === projectKey && one.name === name);
    return required(found, `version ${name} in ${projectKey}`);
  }

  statusesOf(projectKey: string): Status[] {
    return this.#workflow(projectKey).statuses.map(({ name }) => this.#status(name));
  }

  transitionsOf(issue: StoredIssue): { id: string; name: string; to: Status; screen?: Record<string, ScreenField> }[] {
    return this.#workflow(issue.projectKey)
      .transitions.map((transition, index) => ({
        ...transition,
        id: String((index + 1) * 10 + 1),
        to: this.#status(transition.to),
      }))
      .filter(({ from, to }) => (from ? from.includes(issue.status.name) : to.id !== issue.status.id))
      .map(({ id, name, to, screen }) => ({ id, name, to, ...(screen ? { screen } : {}) }));
  }

  addIssue(
    values: Pick<StoredIssue, 'projectKey' | 'summary' | 'description' | 'assigneeId' | 'reporterId' | 'labels'> & {
      status?: string | undefined;
    } & Partial<Pick<StoredIssue, 'type' | 'parent' | 'resolution' | 'fixVersions' | 'components'>>,
  ): StoredIssue {
    const { statuses } = this.#workflow(values.projectKey);
    const issue: StoredIssue = {
      ...values,
      id: this.nextId(),
      key: this.#nextKey(values.projectKey),
      type: values.type ?? 'Task',
      parent: values.parent ?? null,
      resolution: values.resolution ?? null,
      fixVersions: values.fixVersions ?? [],
      components: values.components ?? [],
      createdAt: this.#now(),
      restricted: false,
      status: this.#status(values.status ?? statuses[0]?.name ?? ''),
      blockedBy: [],
      updatedAt: this.#now(),
      changes: [],
      comments: [],
      attachments: [],
      fields: new Map(),
      properties: new Map(),
      remoteLinks: new Map(),
      corrupt: false,
    };
    this.issues.set(issue.key, issue);
    this.#onEvent({ kind: 'issue_created', issue, actor: this.user(values.reporterId) });
    return issue;
  }

  moveTo(issue: StoredIssue, status: Status, by: string): void {
    const from = issue.status;
    issue.status = status;
    this.transitions.push({ issueKey: issue.key, from: from.name, to: status.name, by });
    this.#record(issue, by, {
      field: 'status',
      from: from.id,
      fromString: from.name,
      to: status.id,
      toString: status.name,
    });
  }

  /** Gives the issue a key of another project; the old key still leads to it. */
  moveToProject(issue: StoredIssue, projectKey: string): void {
    const before = issue.key;
    this.issues.delete(before);
    issue.projectKey = projectKey;
    issue.key = this.#nextKey(projectKey);
    for (const [old, now] of this.#movedKeys) if (now === before) this.#movedKeys.set(old, issue.key);
    this.#movedKeys.set(before, issue.key);
    this.issues.set(issue.key, issue);
  }

  addFixVersion(issue: StoredIssue, { id, name }: Version, by: string): void {
    if (issue.fixVersions.includes(id)) return;
    issue.fixVersions = [...issue.fixVersions, id];
    this.#record(issue, by, {
      field: 'Fix Version',
      fieldId: 'fixVersions',
      from: null,
      fromString: null,
      to: id,
      toString: name,
    });
  }

  removeFixVersion(issue: StoredIssue, { id, name }: Version, by: string): void {
    if (!issue.fixVersions.includes(id)) return;
    issue.fixVersions = issue.fixVersions.filter((one) => one !== id);
    this.#record(issue, by, {
      field: 'Fix Version',
      fieldId: 'fixVersions',
      from: id,
      fromString: name,
      to: null,
      toString: null,
    });
  }

  resolve(issue: StoredIssue, resolution: string | null, by: string): void {
    const from = issue.resolution;
    issue.resolution = resolution;
    this.#record(issue, by, { field: 'resolution', from: null, fromString: from, to: null, toString: resolution });
  }

  assign(issue: StoredIssue, accountId: string | null, by: string): void {
    const from = issue.assigneeId;
    if (from === accountId) return;
    issue.assigneeId = accountId;
    const nameOf = (id: string | null) => (id === null ? null : this.user(id).displayName);
    this.#record(issue, by, {
      field: 'assignee',
      from,
      fromString: nameOf(from),
      to: accountId,
      toString: nameOf(accountId),
    });
  }

  setLabels(issue: StoredIssue, labels: string[], by: string): void {
    const from = issue.labels.join(' ');
    issue.labels = labels;
    this.#record(issue, by, { field: 'labels', from: null, fromString: from, to: null, toString: labels.join(' ') });
  }

  describe(issue: StoredIssue, description: AdfNode | null, by: string): void {
    issue.description = description;
    this.#record(issue, by, { field: 'description', from: null, fromString: null, to: null, toString: null });
  }

  addComment(issue: StoredIssue, body: AdfNode, by: string | null, reach: CommentReach = {}): Comment {
    const now = this.#now();
    const comment: Comment = { id: this.nextId(), authorId: by, body, createdAt: now, updatedAt: now, ...reach };
    issue.comments.push(comment);
    issue.updatedAt = now;
    this.#onEvent({ kind: 'comment_created', issue, actor: by === null ? undefined : this.user(by), comment });
    return comment;
  }

  attach(issue: StoredIssue, file: Omit<Attachment, 'id' | 'createdAt'>): Attachment {
    const attachment = { id: this.nextId(), createdAt: this.#now(), ...file };
    issue.attachments.push(attachment);
    issue.updatedAt = attachment.createdAt;
    return attachment;
  }

  /** With the issue it is attached to. */
  findAttachment(id: string): { issue: StoredIssue; attachment: Attachment } | undefined {
    for (const issue of this.issues.values()) {
      const attachment = issue.attachments.find((one) => one.id === id);
      if (attachment) return { issue, attachment };
    }
    return undefined;
  }

  editComment(issue: StoredIssue, comment: Comment, body: AdfNode, by: string): void {
    comment.body = body;
    comment.updatedAt = this.#now();
    issue.updatedAt = comment.updatedAt;
    this.#onEvent({ kind: 'comment_updated', issue, actor: this.user(by), comment });
  }

  /** What a search sees: everything as it is, or as it was when the index fell behind. */
  searchable(): StoredIssue[] {
    return this.#snapshot ?? [...this.issues.values()];
  }

  freezeIndex(): void {
    this.#snapshot = structuredClone([...this.issues.values()]);
  }

  thawIndex(): void {
    this.#snapshot = undefined;
  }

  #record(issue: StoredIssue, by: string, item: Change['items'][number]): void {
    const change = { id: this.nextId(), authorId: by, at: this.#now(), items: [item] };
    issue.changes.push(change);
    issue.updatedAt = change.at;
    this.#onEvent({ kind: 'issue_updated', issue, actor: this.user(by), change });
  }

  #nextKey(projectKey: string): string {
    const number = (this.#lastNumbers.get(projectKey) ?? 0) + 1;
    this.#lastNumbers.set(projectKey, number);
    return `${projectKey}-${number}`;
  }

  #workflow(projectKey: string): SandboxWorkflow {
    return required(this.#workflows.get(projectKey), `project ${projectKey}`);
  }

  #status(name: string): Status {
    return required(this.findStatus(name), `status "${name}"`);
  }
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the sandbox Jira has no ${what}`);
  return value;
}
