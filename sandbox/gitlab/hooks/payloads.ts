import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { mergeStatusOf } from '../actions/check-merge-status.ts';
import type { FakeState, GitLabEvent, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';

/** What GitLab delivers about an event: the shapes of user/project/integrations/webhook_events. */
export function buildPayload(state: FakeState, event: GitLabEvent): object {
  if (event.kind === 'pipeline') return buildPipelinePayload(state, event);
  const { mergeRequest, actor } = event;
  const common = {
    object_kind: event.kind === 'note' ? 'note' : 'merge_request',
    event_type: event.kind === 'note' ? 'note' : 'merge_request',
    user: toUser(actor),
    project_id: mergeRequest.project.id,
    project: toProject(state, mergeRequest.project),
    repository: { name: mergeRequest.project.name, homepage: `${state.url}/${mergeRequest.project.path}` },
  };
  if (event.kind === 'merge-request') {
    return {
      ...common,
      object_attributes: {
        ...toAttributes(state, mergeRequest),
        action: event.action,
        ...(event.oldrev ? { oldrev: event.oldrev } : {}),
      },
      labels: mergeRequest.labels.map((title, index) => ({ id: index + 1, title })),
      changes: event.changes ?? {},
    };
  }
  const { note, discussion } = event;
  return {
    ...common,
    object_attributes: {
      id: note.id,
      note: note.body,
      description: note.body,
      noteable_type: 'MergeRequest',
      noteable_id: mergeRequest.id,
      discussion_id: discussion.id,
      type: note.type,
      author_id: note.author.id,
      project_id: mergeRequest.project.id,
      system: note.system,
      internal: note.internal,
      position: note.position ?? null,
      original_position: note.position ?? null,
      line_code: null,
      created_at: hookTime(note.createdAt),
      updated_at: hookTime(note.updatedAt),
      resolved_at: note.resolvedAt === undefined ? null : hookTime(note.resolvedAt),
      action: event.action,
      url: `${urlOf(state, mergeRequest)}#note_${note.id}`,
    },
    merge_request: toAttributes(state, mergeRequest),
  };
}

function buildPipelinePayload(
  state: FakeState,
  { project, pipeline, actor }: Extract<GitLabEvent, { kind: 'pipeline' }>,
): object {
  const { id, ref, sha, source, status } = pipeline;
  const iid = Number(/^refs\/merge-requests\/(\d+)\//.exec(ref)?.[1]);
  const mergeRequest = project.mergeRequests.find((each) => each.iid === iid);
  return {
    object_kind: 'pipeline',
    object_attributes: { id, ref, tag: false, sha, source, status, created_at: hookTime(pipeline.createdAt) },
    merge_request: mergeRequest ? toAttributes(state, mergeRequest) : null,
    user: toUser(actor),
    project: toProject(state, project),
  };
}

function toUser({ id, name, username }: SandboxUser) {
  return { id, name, username, avatar_url: null, email: `${username}@example.com` };
}

function toProject(state: FakeState, { id, name, path, visibility, defaultBranch }: SandboxProject) {
  return {
    id,
    name,
    web_url: `${state.url}/${path}`,
    git_http_url: `${state.url}/${path}.git`,
    http_url: `${state.url}/${path}.git`,
    path_with_namespace: path,
    visibility_level: visibility === 'public' ? 20 : 0,
    default_branch: defaultBranch,
  };
}

function toAttributes(state: FakeState, mergeRequest: SandboxMergeRequest) {
  const { project, sourceProject } = mergeRequest;
  const draft = isDraftTitle(mergeRequest.title);
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: mergeRequest.state,
    author_id: mergeRequest.author.id,
    source_branch: mergeRequest.sourceBranch,
    target_branch: mergeRequest.targetBranch,
    source_project_id: sourceProject?.id ?? null,
    target_project_id: project.id,
    source: sourceProject ? toProject(state, sourceProject) : null,
    target: toProject(state, project),
    draft,
    work_in_progress: draft,
    merge_status: mergeStatusOf(mergeRequest),
    detailed_merge_status: 'checking',
    created_at: hookTime(mergeRequest.createdAt),
    updated_at: hookTime(mergeRequest.updatedAt),
    last_commit: { id: mergeRequest.headSha, url: `${state.url}/${project.path}/-/commit/${mergeRequest.headSha}` },
    labels: mergeRequest.labels.map((title, index) => ({ id: index + 1, title })),
    reviewer_ids: mergeRequest.reviewers.map(({ id }) => id),
    assignee_ids: mergeRequest.assignees.map(({ id }) => id),
    url: urlOf(state, mergeRequest),
  };
}

function urlOf(state: FakeState, { project, iid }: SandboxMergeRequest): string {
  return `${state.url}/${project.path}/-/merge_requests/${iid}`;
}

/** Hooks write times another way than the API: `2017-09-15 16:50:55 UTC`. */
function hookTime(at: number): string {
  return `${toIso(at).slice(0, 19).replace('T', ' ')} UTC`;
}
