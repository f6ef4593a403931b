import type { Branches } from './branches.ts';
import type { Pipelines } from './pipelines.ts';
import type { ProjectHooks } from './project-hooks.ts';

/** A GitLab project as the registry needs it. */
export interface Project {
  id: number;
  path: string;
  defaultBranch?: string;
  /** HTTPS clone URL as GitLab gives it; carries no credentials. */
  cloneUrl: string;
  webUrl: string;
  emptyRepository: boolean;
  archived: boolean;
}

export interface Branch {
  name: string;
  sha: string;
  isProtected: boolean;
}

export interface GitLabUser {
  id: number;
  username: string;
  name: string;
  bot: boolean;
}

/** How old an answer may be that is remembered. */
export interface AnswerAge {
  maxAgeMs?: number;
}

/** What GitLab says of a token itself. */
export interface TokenInfo {
  name: string;
  /** `2026-01-31`; absent when it never ends. */
  expiresAt?: string;
  scopes: string[];
}

/** GitLab's three commits that anchor an inline note. */
export interface DiffRefs {
  baseSha: string;
  startSha: string;
  headSha: string;
}

export interface MergeRequest {
  projectId: number;
  iid: number;
  title: string;
  description: string;
  state: 'opened' | 'closed' | 'merged' | 'locked';
  draft: boolean;
  author: GitLabUser;
  sourceBranch: string;
  targetBranch: string;
  /** Differs from `targetProjectId` when the merge request comes from a fork; 0 when that fork is gone. */
  sourceProjectId: number;
  targetProjectId: number;
  /** Empty while the merge request has no commit. */
  headSha: string;
  /** The pipeline that decides whether it may be merged; absent where there is none, and in what comes from a list. */
  headPipeline?: { id: number };
  /** GitLab found that the two branches do not merge; absent where it did not, or has not looked yet. */
  hasConflicts?: true;
  /** Absent until GitLab has prepared the merge request, and in everything that comes from a list. */
  diffRefs?: DiffRefs;
  /** How many files it changes, or more; absent where GitLab does not say, and in everything that comes from a list. */
  changedFiles?: number;
  labels: string[];
  mergedBy?: GitLabUser;
  mergeUser?: GitLabUser;
  reviewers: GitLabUser[];
  updatedAt: number;
  createdAt: number;
  /** Set once it is merged. */
  mergedAt?: number;
  /** The merge commit, where merging made one. */
  mergeCommitSha?: string;
  /** The one commit its commits were squashed into. */
  squashCommitSha?: string;
  webUrl: string;
}

export interface Note {
  id: number;
  body: string;
  author: GitLabUser;
  /** Written by GitLab itself ("added 2 commits"). */
  system: boolean;
  /** Shown to members only. */
  internal?: boolean;
  createdAt: number;
  updatedAt: number;
  resolvable: boolean;
  resolved: boolean;
  resolvedBy?: GitLabUser;
  position?: NotePosition;
}

/** A comment on a commit as a whole; it cannot be edited. */
export interface CommitComment {
  body: string;
  author: GitLabUser;
  createdAt: number;
}

/** What a program says about a commit; GitLab shows it among the pipelines of the commit and its merge request. */
export interface CommitStatus {
  /** Tells it from what others say. */
  name: string;
  state: CommitState;
  /** At most 255 characters. */
  description: string;
  /** Where it leads; at most 255 characters. */
  targetUrl?: string;
}

/** Of GitLab's own words. What is not `pending` or `running` is over: the next status of the name is a new one. */
export type CommitState = 'pending' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped';

/** Where GitLab says a note stands. */
export interface NotePosition extends DiffRefs {
  oldPath: string;
  newPath: string;
  oldLine?: number;
  newLine?: number;
}

export interface Discussion {
  id: string;
  /** Notes that do not form a thread. */
  individualNote: boolean;
  notes: Note[];
}

/**
 * A position to post at: added line -> `newLine` only; removed -> `oldLine` only; unchanged -> both; `file` -> neither.
 */
export interface Position extends DiffRefs {
  kind: 'text' | 'file';
  oldPath: string;
  newPath: string;
  oldLine?: number;
  newLine?: number;
  lineRange?: { start: LineRangeEnd; end: LineRangeEnd };
}

export interface LineRangeEnd {
  lineCode: string;
  type: 'new' | 'old' | 'expanded';
  oldLine?: number;
  newLine?: number;
}

export interface NewMergeRequest {
  sourceBranch: string;
  targetBranch: string;
  title: string;
  description: string;
  labels?: string[];
  /**
   * GitLab leaves out without a word who cannot see the project and, on the free tier, everybody but the first
   * (user/project/merge_requests, assign multiple users).
   */
  assigneeIds?: number[];
  reviewerIds?: number[];
  removeSourceBranch?: boolean;
  /** Absent leaves it to the project. */
  squash?: boolean;
}

/** What a credential sees of a project; `refused` where GitLab answers 403, or 404 for what exists. */
export interface ProjectInspection {
  members: 'readable' | 'refused';
  /** `no-merge-request`: there is none yet whose approvals could be asked for. */
  approvals: 'readable' | 'refused' | 'no-merge-request';
  /** `none` also where the edition has no push rules. */
  pushRules: PushRules | 'none' | 'refused';
}

/** The push rules of a project that an agent's push may break. Expressions are RE2; an absent one refuses nothing. */
export interface PushRules {
  commitMessage?: string;
  notCommitMessage?: string;
  branchName?: string;
  authorEmail?: string;
  /** Authors must be GitLab users. */
  membersOnly: boolean;
  /** Committers must be the user who pushes, by a verified address. */
  ownCommitsOnly: boolean;
  signedOnly: boolean;
  /** Commits need a `Signed-off-by`. */
  signedOffOnly: boolean;
}

/**
 * GitLab's REST API v4 through one credential. Safe requests are retried on 429, 5xx and broken connections within
 * `Retry-After`; then, and for everything else, methods throw `TaskError` with a `gitlab-*` code. `find*` resolves
 * `undefined` on 404 only.
 */
export interface GitLab extends ProjectHooks, Pipelines, Branches {
  /** The identity behind the credential, asked once and remembered; asked anew where `maxAgeMs` may be exceeded. */
  getCurrentUser(age?: AnswerAge): Promise<GitLabUser>;
  /** Expiry and scopes of the credential itself; `undefined` where GitLab cannot say. Asked unless an age is given. */
  findTokenInfo(age?: AnswerAge): Promise<TokenInfo | undefined>;
  findProject(path: string): Promise<Project | undefined>;
  getProject(id: number): Promise<Project>;
  /** A page of at most 100 projects of a group and its subgroups, oldest first; pages count from 1. */
  listProjects(groupPath: string, page: number): Promise<{ projects: Project[]; hasNext: boolean }>;
  findBranch(projectId: number, name: string): Promise<Branch | undefined>;
  /**
   * 0 none or not shown to this account, 10 guest, 20 reporter, 30 developer, 40 maintainer, 50 owner; inherited
   * membership counts.
   */
  getAccessLevel(projectId: number, userId: number): Promise<number>;
  findUserById(userId: number): Promise<GitLabUser | undefined>;
  /** By username, in any case; only active users count. Who was found is remembered. */
  findUserByUsername(username: string): Promise<GitLabUser | undefined>;
  /**
   * By the e-mail address a user shows to everybody; only active users count. A name that looks like an address is
   * none.
   */
  findUserByEmail(email: string): Promise<GitLabUser | undefined>;
  /** What the credential may read of a project beyond its code, and its push rules. Changes nothing. */
  inspectProject(projectId: number): Promise<ProjectInspection>;
  /** Who approved a merge request, in GitLab's order; empty where the edition or the token does not show it. */
  listApprovers(projectId: number, iid: number): Promise<GitLabUser[]>;
  /**
   * Whose review of a merge request asks for changes; empty where GitLab does not show it, as before 16.9 or to a token
   * that may not see it.
   */
  listChangeRequesters(projectId: number, iid: number): Promise<GitLabUser[]>;
  /** The newest open one from a branch of this project; branches of the same name in forks do not count. */
  findOpenMergeRequest(projectId: number, sourceBranch: string): Promise<MergeRequest | undefined>;
  /** Newest first, in every state. */
  listMergeRequestsBySourceBranch(projectId: number, sourceBranch: string): Promise<MergeRequest[]>;
  getMergeRequest(projectId: number, iid: number): Promise<MergeRequest>;
  findMergeRequest(projectId: number, iid: number): Promise<MergeRequest | undefined>;
  /** When one of the same branches is open already, that one is the answer and stays as it is. */
  createMergeRequest(projectId: number, values: NewMergeRequest): Promise<MergeRequest>;
  updateMergeRequest(
    projectId: number,
    iid: number,
    values: { title?: string; description?: string; addLabels?: string[]; reviewerIds?: number[] },
  ): Promise<MergeRequest>;
  /**
   * Merge requests changed at or after `updatedAfter` (ms), oldest change first, for a top-level group (with its
   * subgroups) or one project. Any state.
   */
  listMergeRequests(
    where: { groupPath: string } | { projectId: number },
    options: { updatedAfter: number },
  ): Promise<MergeRequest[]>;
  /**
   * The open ones of one author to branches of the project, oldest first. Has GitLab look again whether they merge,
   * which a later list shows.
   */
  listOpenMergeRequestsBy(projectId: number, authorId: number): Promise<MergeRequest[]>;
  /** Oldest first. */
  listNotes(projectId: number, iid: number): Promise<Note[]>;
  createNote(projectId: number, iid: number, body: string): Promise<Note>;
  updateNote(projectId: number, iid: number, noteId: number, body: string): Promise<void>;
  /** An emoji of ours on a note, by its name; one that is there already is none twice. */
  addReaction(projectId: number, iid: number, noteId: number, name: 'eyes'): Promise<void>;
  listDiscussions(projectId: number, iid: number): Promise<Discussion[]>;
  findDiscussion(projectId: number, iid: number, discussionId: string): Promise<Discussion | undefined>;
  createDiscussion(projectId: number, iid: number, body: string, position?: Position): Promise<Discussion>;
  replyToDiscussion(projectId: number, iid: number, discussionId: string, body: string): Promise<Note>;
  resolveDiscussion(projectId: number, iid: number, discussionId: string, resolved: boolean): Promise<void>;
  /** Oldest first. */
  listCommitComments(projectId: number, sha: string): Promise<CommitComment[]>;
  addCommitComment(projectId: number, sha: string, body: string): Promise<void>;
  /** The newest status of this name; `undefined` also when it is in a state that only GitLab's own jobs have. */
  findCommitStatus(projectId: number, sha: string, name: string): Promise<CommitStatus | undefined>;
  /**
   * Needs the role Developer. `ref` is the branch it counts for. GitLab refuses `running` where it is that already.
   */
  setCommitStatus(projectId: number, sha: string, status: CommitStatus & { ref: string }): Promise<void>;
}
