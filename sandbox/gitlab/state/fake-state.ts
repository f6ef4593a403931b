import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { BareRepository } from '../git/bare-repository.ts';
import type { QuickAction } from '../text/extract-quick-actions.ts';

export interface SandboxUser {
  id: number;
  username: string;
  name: string;
  bot: boolean;
  publicEmail?: string;
  isBlocked?: boolean;
}

export type TokenScope = 'api' | 'read_api' | 'read_repository' | 'write_repository' | 'read_user';

export interface SandboxToken {
  id: number;
  value: string;
  name: string;
  user: SandboxUser;
  scopes: TokenScope[];
  /** `2026-01-31`; absent means never. */
  expiresAt?: string;
  revoked: boolean;
}

export interface SandboxProject {
  id: number;
  path: string;
  name: string;
  visibility: 'private' | 'public';
  defaultBranch: string;
  archived: boolean;
  /** User id -> access level, inherited membership included. */
  members: Map<number, number>;
  protectedBranches: Set<string>;
  repository: BareRepository;
  forkedFrom?: SandboxProject;
  mergeRequests: SandboxMergeRequest[];
  hooks: SandboxHook[];
  /** As the API shows them; absent where there are none. */
  pushRules?: Record<string, unknown>;
  /** How a merge request is merged: `rebase_merge` and `ff` want a source branch that contains the target. */
  mergeMethod: MergeMethod;
  /** Whether merging makes one commit of all. */
  squash: boolean;
  pipelines: SandboxPipeline[];
  deployments: SandboxDeployment[];
  /** Oldest first. */
  commitComments: SandboxCommitComment[];
  /** Oldest first. */
  commitStatuses: SandboxCommitStatus[];
}

export type MergeMethod = 'merge' | 'rebase_merge' | 'ff';

export interface SandboxPipeline {
  id: number;
  sha: string;
  ref: string;
  /** As REST spells it: `success`, `failed`, `skipped`, `running`. */
  status: string;
  /** Jobs failed that were allowed to. */
  warnings: boolean;
  source: string;
  createdAt: number;
  updatedAt: number;
  /** Of a merged result: the head of the source branch it was made for. */
  sourceSha?: string;
  /** Of a child: the pipeline that started it, and the job that did. */
  parent?: { id: number; job: string };
  /** Oldest first. */
  jobs: SandboxJob[];
  /** What test reports of its jobs say. */
  failedTests: { suite: string; name: string; output: string }[];
}

export interface SandboxJob {
  id: number;
  name: string;
  stage: string;
  status: string;
  allowFailure: boolean;
  /** A person starts it (`when: manual`). */
  manual: boolean;
  failureReason?: string;
  log: string;
  /** Another one of its name came after it. */
  retried: boolean;
}

export interface SandboxDeployment {
  id: number;
  environment: string;
  sha: string;
  ref: string;
  status: string;
  user: SandboxUser;
  createdAt: number;
}

export interface SandboxCommitComment {
  sha: string;
  note: string;
  author: SandboxUser;
  createdAt: number;
}

export interface SandboxCommitStatus {
  id: number;
  sha: string;
  ref: string;
  name: string;
  status: 'pending' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped';
  description: string | null;
  targetUrl: string | null;
  author: SandboxUser;
  createdAt: number;
}

/** One pushed state of a merge request's source branch. */
export interface SandboxDiffVersion {
  id: number;
  diffRefs: { baseSha: string; startSha: string; headSha: string };
  createdAt: number;
}

export interface SandboxMergeRequest {
  id: number;
  iid: number;
  /** Where it is merged to and lives. */
  project: SandboxProject;
  /** `undefined` when the fork is gone. */
  sourceProject: SandboxProject | undefined;
  sourceBranch: string;
  targetBranch: string;
  title: string;
  description: string;
  labels: string[];
  author: SandboxUser;
  assignees: SandboxUser[];
  reviewers: SandboxUser[];
  /** Of them, those whose review asks for changes. */
  changeRequesters: SandboxUser[];
  approvers: SandboxUser[];
  /** When each approver approved, by user id. */
  approvalTimes: Map<number, number>;
  state: 'opened' | 'closed' | 'merged';
  removeSourceBranch: boolean;
  squash: boolean;
  headSha: string;
  diffRefs: { baseSha: string; startSha: string; headSha: string };
  /** While above 0, answers show no diff refs: GitLab is still preparing. Each answer counts one down. */
  unpreparedReads: number;
  /** The last look whether the branches merge. */
  mergeCheck?: { headSha: string; targetSha: string; conflicts: boolean };
  mergedBy?: SandboxUser;
  mergedAt?: number;
  closedBy?: SandboxUser;
  closedAt?: number;
  mergeCommitSha?: string;
  squashCommitSha?: string;
  /** Oldest first; the last one is `diffRefs`. */
  versions: SandboxDiffVersion[];
  discussions: SandboxDiscussion[];
  createdAt: number;
  updatedAt: number;
}

export interface SandboxDiscussion {
  id: string;
  individualNote: boolean;
  notes: SandboxNote[];
}

export interface SandboxNote {
  id: number;
  type: 'DiffNote' | 'DiscussionNote' | null;
  body: string;
  author: SandboxUser;
  system: boolean;
  internal: boolean;
  createdAt: number;
  updatedAt: number;
  resolvable: boolean;
  resolved: boolean;
  resolvedBy?: SandboxUser;
  resolvedAt?: number;
  /** As it was posted, in GitLab's own field names. */
  position?: Record<string, unknown>;
  /** Reactions to it: who gave which. */
  reactions?: { name: string; by: SandboxUser }[];
  /** Ids of its suggestions that were committed. */
  appliedSuggestions?: ReadonlySet<number>;
}

export interface SandboxHook {
  id: number;
  url: string;
  token: string | undefined;
  signingToken: string | undefined;
  mergeRequestsEvents: boolean;
  noteEvents: boolean;
  pushEvents: boolean;
  pipelineEvents: boolean;
  createdAt: number;
  /** Failures in a row; four switch the hook off for a while, forty for good. */
  failures: number;
  disabledUntil: number;
}

/** Something that hooks are sent for. */
export type GitLabEvent =
  | { kind: 'pipeline'; project: SandboxProject; pipeline: SandboxPipeline; actor: SandboxUser }
  | {
      kind: 'merge-request';
      action: string;
      mergeRequest: SandboxMergeRequest;
      actor: SandboxUser;
      oldrev?: string;
      changes?: Record<string, { previous: unknown; current: unknown }>;
    }
  | {
      kind: 'note';
      action: 'create' | 'update';
      mergeRequest: SandboxMergeRequest;
      discussion: SandboxDiscussion;
      note: SandboxNote;
      actor: SandboxUser;
    };

/** What GitLab did because of the words of a text, not because it was asked by a call. */
export type TextEffect =
  | ({ kind: 'quick-action'; project: string; iid: number; by: string } & QuickAction)
  | { kind: 'mention'; who: string; project: string; iid: number; by: string }
  /** `reference` as it was written: `#4`, `PROJ-12`. */
  | { kind: 'closed-issue'; reference: string; project: string; in: 'merge-request' | 'commit' }
  | { kind: 'skipped-pipeline'; project: string; branch: string; sha: string };

/** Everything the sandbox knows. Routes and people change it through the actions, never directly. */
export interface FakeState {
  clock: Clock;
  /** `http://127.0.0.1:PORT` with the sub-path. Known once the server listens. */
  url: string;
  /** `free` keeps one assignee and one reviewer of a merge request, `premium` all. */
  tier: 'free' | 'premium';
  /** Most items on a page, however many are asked for; 100 on GitLab. */
  longestPage: number;
  /** Where repositories lie. */
  directory: string;
  users: SandboxUser[];
  tokens: SandboxToken[];
  projects: SandboxProject[];
  /** Oldest first; empty when no text was taken for a command, a mention or a closing word. */
  effects: TextEffect[];
  nextId(): number;
  announce(event: GitLabEvent): void;
  runQuickActions(mergeRequest: SandboxMergeRequest, actions: readonly QuickAction[], author: SandboxUser): void;
}

export function createFakeState(
  deps: Pick<FakeState, 'clock' | 'directory' | 'tier' | 'announce' | 'runQuickActions'>,
): FakeState {
  let lastId = 0;
  return {
    ...deps,
    longestPage: 100,
    url: '',
    users: [],
    tokens: [],
    projects: [],
    effects: [],
    nextId: () => ++lastId,
  };
}

export function newDiscussionId(): string {
  return randomBytes(20).toString('hex');
}

/** @throws {Error} when a test names an unknown user. */
export function requireUser(state: FakeState, username: string): SandboxUser {
  const user = state.users.find((candidate) => candidate.username === username);
  if (!user) throw new Error(`The sandbox has no user ${username}`);
  return user;
}

/** @throws {Error} when a test names a project that does not exist. */
export function requireProject(state: FakeState, path: string): SandboxProject {
  const project = state.projects.find((candidate) => candidate.path === path);
  if (!project) throw new Error(`The sandbox has no project ${path}`);
  return project;
}

/** @throws {Error} when a test names a merge request that does not exist. */
export function requireMergeRequest(project: SandboxProject, iid: number): SandboxMergeRequest {
  const mergeRequest = project.mergeRequests.find((candidate) => candidate.iid === iid);
  if (!mergeRequest) throw new Error(`${project.path} has no merge request !${iid}`);
  return mergeRequest;
}
