import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { ApiError, badRequest } from '../http/api-error.ts';
import type { FakeState, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { recordVersion } from './diff-refs.ts';
import { addSystemNote } from './notes.ts';
import { takeText } from './take-text.ts';

export interface NewSandboxMergeRequest {
  project: SandboxProject;
  sourceProject: SandboxProject;
  sourceBranch: string;
  targetBranch: string;
  title: string;
  description?: string;
  labels?: string[];
  assignees?: SandboxUser[];
  reviewers?: SandboxUser[];
  removeSourceBranch?: boolean;
  /** As the project has it unless given. */
  squash?: boolean;
}

/** Opens a merge request. @throws {ApiError} as GitLab does for a second one of the same branches. */
export async function openMergeRequest(
  state: FakeState,
  values: NewSandboxMergeRequest,
  author: SandboxUser,
): Promise<SandboxMergeRequest> {
  const { project, sourceProject, sourceBranch, targetBranch, title } = values;
  if (title.trim() === '') throw new ApiError(400, { message: { title: ["can't be blank"] } });
  if (title.length > 255) throw new ApiError(400, { message: { title: ['is too long (maximum is 255 characters)'] } });
  if (project === sourceProject && sourceBranch === targetBranch) {
    throw new ApiError(422, { message: ["You can't use same project/branch for source and target"] });
  }
  if (!sourceProject.repository.branches.has(sourceBranch)) throw missingBranch('Source', sourceBranch);
  if (!project.repository.branches.has(targetBranch)) throw missingBranch('Target', targetBranch);
  refuseSecond(values);

  // The place is taken before the first wait, so that of two requests at once one is refused.
  const now = state.clock.now();
  const text = takeText(state, values.description ?? '', author);
  const mergeRequest: SandboxMergeRequest = {
    id: state.nextId(),
    iid: project.mergeRequests.length + 1,
    project,
    sourceProject,
    sourceBranch,
    targetBranch,
    title,
    description: text.rest,
    labels: values.labels ?? [],
    author,
    assignees: values.assignees ?? [],
    reviewers: values.reviewers ?? [],
    changeRequesters: [],
    approvers: [],
    approvalTimes: new Map(),
    state: 'opened',
    removeSourceBranch: values.removeSourceBranch ?? false,
    squash: values.squash ?? project.squash,
    headSha: sourceProject.repository.branches.get(sourceBranch) ?? '',
    diffRefs: { baseSha: '', startSha: '', headSha: '' },
    unpreparedReads: 0,
    versions: [],
    discussions: [],
    createdAt: now,
    updatedAt: now,
  };
  project.mergeRequests.push(mergeRequest);
  await recordVersion(state, mergeRequest);
  state.announce({ kind: 'merge-request', action: 'open', mergeRequest, actor: author });
  text.apply(mergeRequest);
  return mergeRequest;
}

function missingBranch(which: string, branch: string): ApiError {
  return badRequest(`${which} branch "${branch}" does not exist`);
}

function refuseSecond({ project, sourceProject, sourceBranch, targetBranch }: NewSandboxMergeRequest): void {
  const other = project.mergeRequests.find(
    (candidate) =>
      candidate.state === 'opened' &&
      candidate.sourceProject === sourceProject &&
      candidate.sourceBranch === sourceBranch &&
      candidate.targetBranch === targetBranch,
  );
  if (!other) return;
  const reason = `Another open merge request already exists for this source branch: !${other.iid}`;
  throw new ApiError(409, { message: [reason] });
}

export interface MergeRequestEdit {
  title?: string;
  description?: string;
  labels?: string[];
  assignees?: SandboxUser[];
  reviewers?: SandboxUser[];
  targetBranch?: string;
}

/** Changes what people edit. An edit that changes nothing moves nothing and sends no hook. */
export function editMergeRequest(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  edit: MergeRequestEdit,
  actor: SandboxUser,
): void {
  if (edit.title?.trim() === '') throw new ApiError(400, { message: { title: ["can't be blank"] } });
  const text = edit.description === undefined ? undefined : takeText(state, edit.description, actor);
  if (text) edit = { ...edit, description: text.rest };
  const wasDraft = isDraftTitle(mergeRequest.title);
  const changes: Record<string, { previous: unknown; current: unknown }> = {};
  for (const [field, current] of Object.entries(edit)) {
    const previous = mergeRequest[field as keyof MergeRequestEdit];
    if (current === undefined || JSON.stringify(previous) === JSON.stringify(current)) continue;
    changes[field] = { previous, current };
    Object.assign(mergeRequest, { [field]: current });
  }
  text?.apply(mergeRequest);
  if (Object.keys(changes).length === 0) return;
  const isDraft = isDraftTitle(mergeRequest.title);
  if (wasDraft !== isDraft) {
    changes['draft'] = { previous: wasDraft, current: isDraft };
    addSystemNote(state, mergeRequest, actor, `marked this merge request as **${isDraft ? 'draft' : 'ready'}**`);
  }
  mergeRequest.updatedAt = state.clock.now();
  state.announce({ kind: 'merge-request', action: 'update', mergeRequest, actor, changes });
}

/** Closes or reopens; nothing when it is so already. @throws {ApiError} for a merged one. */
export async function setMergeRequestState(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  event: 'close' | 'reopen',
  actor: SandboxUser,
): Promise<void> {
  const wanted = event === 'close' ? 'closed' : 'opened';
  if (mergeRequest.state === wanted) return;
  if (mergeRequest.state === 'merged') throw new ApiError(422, { message: { state: ['cannot be changed'] } });
  mergeRequest.state = wanted;
  mergeRequest.updatedAt = state.clock.now();
  if (event === 'close') {
    mergeRequest.closedBy = actor;
    mergeRequest.closedAt = mergeRequest.updatedAt;
  } else {
    delete mergeRequest.closedBy;
    delete mergeRequest.closedAt;
    const head = mergeRequest.sourceProject?.repository.branches.get(mergeRequest.sourceBranch);
    if (head && head !== mergeRequest.headSha) {
      mergeRequest.headSha = head;
      await recordVersion(state, mergeRequest);
    }
  }
  addSystemNote(state, mergeRequest, actor, wanted === 'closed' ? 'closed' : 'reopened');
  state.announce({ kind: 'merge-request', action: event, mergeRequest, actor });
}
