import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { listSuggestions, type PlacedSuggestion } from '../actions/apply-suggestion.ts';
import { mergeStatusOf } from '../actions/check-merge-status.ts';
import { accessLevelOf, canPush } from '../http/access.ts';
import type {
  FakeState,
  SandboxDiffVersion,
  SandboxDiscussion,
  SandboxHook,
  SandboxJob,
  SandboxMergeRequest,
  SandboxNote,
  SandboxPipeline,
  SandboxProject,
  SandboxToken,
  SandboxUser,
} from '../state/fake-state.ts';

/** A user inside other answers; whether it is a bot is not shown there. */
export function viewUser(state: FakeState, { id, username, name, isBlocked = false }: SandboxUser) {
  const active = isBlocked ? 'blocked' : 'active';
  return { id, username, name, state: active, locked: false, avatar_url: null, web_url: `${state.url}/${username}` };
}

export function viewWholeUser(state: FakeState, user: SandboxUser) {
  return {
    ...viewUser(state, user),
    bot: user.bot,
    created_at: toIso(0),
    bio: '',
    public_email: user.publicEmail ?? '',
  };
}

export function viewToken(token: SandboxToken) {
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: toIso(0),
    scopes: token.scopes,
    user_id: token.user.id,
    active: !token.revoked,
    expires_at: token.expiresAt ?? null,
  };
}

export function viewProject(state: FakeState, project: SandboxProject, viewer: SandboxUser) {
  const { id, path, name, defaultBranch, visibility, archived, repository, forkedFrom } = project;
  const namespace = path.slice(0, path.lastIndexOf('/'));
  const isEmpty = repository.branches.size === 0;
  return {
    id,
    name,
    path: path.slice(namespace.length + 1),
    path_with_namespace: path,
    namespace: { kind: 'group', path: namespace.split('/').at(-1), full_path: namespace },
    default_branch: isEmpty ? null : defaultBranch,
    visibility,
    archived,
    empty_repo: isEmpty,
    http_url_to_repo: `${state.url}/${path}.git`,
    ssh_url_to_repo: `git@127.0.0.1:${path}.git`,
    web_url: `${state.url}/${path}`,
    created_at: toIso(0),
    merge_method: project.mergeMethod,
    squash_option: project.squash ? 'always' : 'default_off',
    permissions: { project_access: { access_level: accessLevelOf(project, viewer) }, group_access: null },
    ...(forkedFrom ? { forked_from_project: { id: forkedFrom.id, path_with_namespace: forkedFrom.path } } : {}),
  };
}

export function viewBranch(project: SandboxProject, name: string, sha: string, viewer: SandboxUser) {
  return {
    name,
    merged: false,
    protected: project.protectedBranches.has(name),
    default: name === project.defaultBranch,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: canPush(project, viewer, name),
    commit: { id: sha, short_id: sha.slice(0, 8) },
  };
}

/** As it stands in lists: without the commits of its diff. */
export function viewMergeRequest(state: FakeState, mergeRequest: SandboxMergeRequest) {
  const { project, sourceProject, author, assignees, mergedBy, closedBy, state: current } = mergeRequest;
  const draft = isDraftTitle(mergeRequest.title);
  return {
    id: mergeRequest.id,
    iid: mergeRequest.iid,
    project_id: project.id,
    title: mergeRequest.title,
    description: mergeRequest.description,
    state: current,
    created_at: toIso(mergeRequest.createdAt),
    updated_at: toIso(mergeRequest.updatedAt),
    merged_by: mergedBy ? viewUser(state, mergedBy) : null,
    merge_user: mergedBy ? viewUser(state, mergedBy) : null,
    merged_at: mergeRequest.mergedAt === undefined ? null : toIso(mergeRequest.mergedAt),
    closed_by: closedBy ? viewUser(state, closedBy) : null,
    closed_at: mergeRequest.closedAt === undefined ? null : toIso(mergeRequest.closedAt),
    target_branch: mergeRequest.targetBranch,
    source_branch: mergeRequest.sourceBranch,
    user_notes_count: countNotes(mergeRequest),
    author: viewUser(state, author),
    assignees: assignees.map((user) => viewUser(state, user)),
    assignee: assignees[0] ? viewUser(state, assignees[0]) : null,
    reviewers: mergeRequest.reviewers.map((user) => viewUser(state, user)),
    source_project_id: sourceProject?.id ?? null,
    target_project_id: project.id,
    labels: mergeRequest.labels,
    draft,
    work_in_progress: draft,
    sha: mergeRequest.headSha,
    merge_commit_sha: mergeRequest.mergeCommitSha ?? null,
    squash_commit_sha: mergeRequest.squashCommitSha ?? null,
    squash: mergeRequest.squash,
    merge_status: mergeStatusOf(mergeRequest),
    detailed_merge_status: detailedStatusOf(mergeRequest),
    has_conflicts: mergeStatusOf(mergeRequest) === 'cannot_be_merged',
    force_remove_source_branch: mergeRequest.removeSourceBranch,
    reference: `!${mergeRequest.iid}`,
    references: { short: `!${mergeRequest.iid}`, full: `${project.path}!${mergeRequest.iid}` },
    web_url: `${state.url}/${project.path}/-/merge_requests/${mergeRequest.iid}`,
  };
}

/** The first thing that stands against a merge: of a draft with a conflict, that it is a draft. */
function detailedStatusOf(mergeRequest: SandboxMergeRequest): string {
  if (mergeRequest.state !== 'opened') return 'not_open';
  if (isDraftTitle(mergeRequest.title)) return 'draft_status';
  const statuses = { unchecked: 'mergeable', can_be_merged: 'mergeable', cannot_be_merged: 'conflict' };
  return statuses[mergeStatusOf(mergeRequest)];
}

/** As it is answered alone. While GitLab prepares it, its diff refs are `null`. */
export function viewWholeMergeRequest(state: FakeState, mergeRequest: SandboxMergeRequest) {
  const { baseSha, startSha, headSha } = mergeRequest.diffRefs;
  const prepared = mergeRequest.unpreparedReads === 0;
  if (!prepared) mergeRequest.unpreparedReads -= 1;
  return {
    ...viewMergeRequest(state, mergeRequest),
    head_pipeline: viewHeadPipeline(state, mergeRequest),
    // Git is not asked here; `null` is what GitLab says until it has counted.
    changes_count: null,
    diff_refs: prepared && baseSha !== '' ? { base_sha: baseSha, head_sha: headSha, start_sha: startSha } : null,
  };
}

/** The newest pipeline of the head: of the branch, or of what the merge would make. */
function viewHeadPipeline(state: FakeState, { sourceProject, headSha, iid }: SandboxMergeRequest) {
  const found = sourceProject?.pipelines.findLast(
    ({ sha, sourceSha, ref, parent }) =>
      !parent && (sha === headSha || (ref === `refs/merge-requests/${iid}/merge` && sourceSha === headSha)),
  );
  return found && sourceProject ? viewPipeline(state, sourceProject, found) : null;
}

export function viewPipeline(state: FakeState, project: SandboxProject, pipeline: SandboxPipeline) {
  const { id, sha, ref, status, source, createdAt, updatedAt } = pipeline;
  return {
    id,
    iid: project.pipelines.findIndex((each) => each.id === id) + 1,
    project_id: project.id,
    sha,
    ref,
    status,
    source,
    created_at: toIso(createdAt),
    updated_at: toIso(updatedAt),
    web_url: `${state.url}/${project.path}/-/pipelines/${id}`,
  };
}

export function viewJob({ id, name, stage, status, allowFailure, failureReason }: SandboxJob) {
  return {
    id,
    name,
    stage,
    status,
    allow_failure: allowFailure,
    ...(status === 'failed' ? { failure_reason: failureReason ?? 'script_failure' } : {}),
  };
}

/** One pushed state of a merge request's source branch. */
export function viewDiffVersion(mergeRequest: SandboxMergeRequest, version: SandboxDiffVersion, patchId: string) {
  const { baseSha, startSha, headSha } = version.diffRefs;
  return {
    id: version.id,
    head_commit_sha: headSha,
    base_commit_sha: baseSha,
    start_commit_sha: startSha,
    created_at: toIso(version.createdAt),
    merge_request_id: mergeRequest.id,
    state: 'collected',
    patch_id_sha: patchId === '' ? null : patchId,
  };
}

function countNotes({ discussions }: SandboxMergeRequest): number {
  return discussions.flatMap(({ notes }) => notes).filter(({ system }) => !system).length;
}

export function viewNote(state: FakeState, mergeRequest: SandboxMergeRequest, note: SandboxNote) {
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    author: viewUser(state, note.author),
    created_at: toIso(note.createdAt),
    updated_at: toIso(note.updatedAt),
    system: note.system,
    noteable_id: mergeRequest.id,
    noteable_type: 'MergeRequest',
    project_id: mergeRequest.project.id,
    noteable_iid: mergeRequest.iid,
    resolvable: note.resolvable,
    ...(note.resolvable
      ? {
          resolved: note.resolved,
          resolved_by: note.resolvedBy ? viewUser(state, note.resolvedBy) : null,
          resolved_at: note.resolvedAt === undefined ? null : toIso(note.resolvedAt),
        }
      : {}),
    confidential: note.internal,
    internal: note.internal,
    ...(note.position
      ? {
          position: { old_line: null, new_line: null, line_range: null, ...note.position },
          suggestions: listSuggestions(note).map((one) => viewSuggestion(one, mergeRequest.state === 'opened')),
        }
      : {}),
  };
}

/** The replaced lines themselves are left out: nothing here reads them. */
export function viewSuggestion({ id, fromLine, toLine, content, applied }: PlacedSuggestion, isOpen: boolean) {
  return {
    id,
    from_line: fromLine,
    to_line: toLine,
    to_content: content,
    applied,
    appliable: isOpen && !applied,
  };
}

export function viewDiscussion(state: FakeState, mergeRequest: SandboxMergeRequest, discussion: SandboxDiscussion) {
  return {
    id: discussion.id,
    individual_note: discussion.individualNote,
    notes: discussion.notes.map((note) => viewNote(state, mergeRequest, note)),
  };
}

export function viewHook(project: SandboxProject, hook: SandboxHook, now: number) {
  return {
    id: hook.id,
    url: hook.url,
    project_id: project.id,
    created_at: toIso(hook.createdAt),
    merge_requests_events: hook.mergeRequestsEvents,
    note_events: hook.noteEvents,
    push_events: hook.pushEvents,
    pipeline_events: hook.pipelineEvents,
    enable_ssl_verification: true,
    alert_status: alertStatus(hook, now),
    disabled_until: now < hook.disabledUntil && Number.isFinite(hook.disabledUntil) ? toIso(hook.disabledUntil) : null,
    // Tokens go in and never come out.
    token_present: hook.token !== undefined,
    signing_token_present: hook.signingToken !== undefined,
  };
}

function alertStatus({ disabledUntil }: SandboxHook, now: number) {
  if (now >= disabledUntil) return 'executable';
  return Number.isFinite(disabledUntil) ? 'temporarily_disabled' : 'disabled';
}
