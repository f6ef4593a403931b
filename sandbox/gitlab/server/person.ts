import { approve } from '../actions/approve.ts';
import {
  deploy,
  finishPipeline,
  type PersonalDeployment,
  type PersonalPipeline,
  runPipeline,
} from '../actions/delivery.ts';
import { forkProject } from '../actions/fork.ts';
import { mergeMergeRequest } from '../actions/merge.ts';
import {
  editMergeRequest,
  type MergeRequestEdit,
  openMergeRequest,
  setMergeRequestState,
} from '../actions/merge-requests.ts';
import {
  addNote,
  deleteNote,
  editNote,
  replyTo,
  requireDiscussion,
  requireNote,
  resolveDiscussion,
  startDiscussion,
} from '../actions/notes.ts';
import { noticeBranchChanges, pushCommit, type SandboxPush } from '../actions/push.ts';
import { rebaseMergeRequest } from '../actions/rebase.ts';
import { requestChanges } from '../actions/request-changes.ts';
import { tagCommit } from '../actions/tag.ts';
import {
  type FakeState,
  requireMergeRequest,
  requireProject,
  requireUser,
  type SandboxDiscussion,
  type SandboxMergeRequest,
  type SandboxNote,
  type SandboxPipeline,
} from '../state/fake-state.ts';

/** A person at work in GitLab: what a test or the demo does by hand, with the same effects as the web pages. */
export interface Person {
  push(path: string, push: SandboxPush): Promise<string>;
  deleteBranch(path: string, branch: string): Promise<void>;
  fork(path: string, to: string): Promise<void>;
  openMergeRequest(path: string, values: PersonalMergeRequest): Promise<SandboxMergeRequest>;
  edit(path: string, iid: number, edit: MergeRequestEdit): void;
  approve(path: string, iid: number): void;
  /** Ends a review with "Request changes". */
  requestChanges(path: string, iid: number): void;
  merge(path: string, iid: number): Promise<void>;
  /** Puts the source branch on top of the target, as the button of that name does. */
  rebase(path: string, iid: number): Promise<void>;
  tag(path: string, name: string, ref: string): Promise<void>;
  /** A pipeline that is over, on a commit. */
  runPipeline(path: string, pipeline: PersonalPipeline): SandboxPipeline;
  /** What is under way of a pipeline ends so. */
  finishPipeline(path: string, ending: { id: number; status: 'failed' | 'success'; log?: string }): void;
  /** A deployment that is over. */
  deploy(path: string, deployment: PersonalDeployment): void;
  close(path: string, iid: number): Promise<void>;
  reopen(path: string, iid: number): Promise<void>;
  note(path: string, iid: number, body: string): SandboxNote;
  startThread(path: string, iid: number, body: string, position?: Record<string, unknown>): Promise<SandboxDiscussion>;
  reply(path: string, iid: number, discussionId: string, body: string): SandboxNote;
  editNote(path: string, iid: number, noteId: number, body: string): void;
  deleteNote(path: string, iid: number, noteId: number): void;
  resolve(path: string, iid: number, discussionId: string, resolved?: boolean): void;
}

interface PersonalMergeRequest {
  sourceBranch: string;
  /** The project's default branch unless given. */
  targetBranch?: string;
  title: string;
  description?: string;
  labels?: string[];
  /** The path of a fork; the project itself unless given. */
  from?: string;
}

export function createPerson(state: FakeState, username: string): Person {
  const user = requireUser(state, username);
  const find = (path: string, iid: number) => requireMergeRequest(requireProject(state, path), iid);
  return {
    push: (path, push) => pushCommit(state, requireProject(state, path), push, user),
    async deleteBranch(path, branch) {
      const project = requireProject(state, path);
      await project.repository.setBranch(branch, undefined);
      await noticeBranchChanges(state, project, user);
    },
    fork: (path, to) => forkProject(state, requireProject(state, path), to, user),
    openMergeRequest(path, { from, targetBranch, ...values }) {
      const project = requireProject(state, path);
      const sourceProject = from === undefined ? project : requireProject(state, from);
      const target = targetBranch ?? project.defaultBranch;
      return openMergeRequest(state, { ...values, project, sourceProject, targetBranch: target }, user);
    },
    edit: (path, iid, edit) => editMergeRequest(state, find(path, iid), edit, user),
    approve: (path, iid) => approve(state, find(path, iid), user),
    requestChanges: (path, iid) => requestChanges(state, find(path, iid), user),
    rebase: (path, iid) => rebaseMergeRequest(state, find(path, iid), user),
    tag: (path, name, ref) => tagCommit(requireProject(state, path), name, ref),
    runPipeline: (path, pipeline) => runPipeline(state, requireProject(state, path), pipeline, user),
    finishPipeline: (path, ending) => finishPipeline(state, requireProject(state, path), ending, user),
    deploy: (path, deployment) => deploy(state, requireProject(state, path), deployment, user),
    merge: (path, iid) => mergeMergeRequest(state, find(path, iid), user),
    close: (path, iid) => setMergeRequestState(state, find(path, iid), 'close', user),
    reopen: (path, iid) => setMergeRequestState(state, find(path, iid), 'reopen', user),
    note: (path, iid, body) => addNote(state, find(path, iid), body, user),
    startThread: (path, iid, body, position) => startDiscussion(state, find(path, iid), { body, position }, user),
    reply(path, iid, discussionId, body) {
      const mergeRequest = find(path, iid);
      return replyTo(state, mergeRequest, requireDiscussion(mergeRequest, discussionId), body, user);
    },
    editNote: (path, iid, noteId, body) => editNote(state, requireNote(find(path, iid), noteId), body, user),
    deleteNote: (path, iid, noteId) => deleteNote(requireNote(find(path, iid), noteId)),
    resolve(path, iid, discussionId, resolved = true) {
      const mergeRequest = find(path, iid);
      resolveDiscussion(state, mergeRequest, requireDiscussion(mergeRequest, discussionId), resolved, user);
    },
  };
}
