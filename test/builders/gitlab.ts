import type {
  DiffRefs,
  Discussion,
  GitLabUser,
  MergeRequest,
  Note,
  Project,
} from '../../shared/domain/ports/gitlab.ts';

const at = Date.UTC(2025, 0, 6, 9);

export function aGitLabUser(values: Partial<GitLabUser> = {}): GitLabUser {
  return { id: 11, username: 'ada', name: 'Ada', bot: false, ...values };
}

export function theAgentUser(values: Partial<GitLabUser> = {}): GitLabUser {
  return aGitLabUser({ id: 99, username: 'project_7_bot_1a2b', name: 'cmap', bot: true, ...values });
}

export function aProject(values: Partial<Project> = {}): Project {
  return {
    id: 7,
    path: 'group/app',
    defaultBranch: 'main',
    cloneUrl: 'https://gitlab.example.com/group/app.git',
    webUrl: 'https://gitlab.example.com/group/app',
    emptyRepository: false,
    archived: false,
    ...values,
  };
}

export function someDiffRefs(values: Partial<DiffRefs> = {}): DiffRefs {
  return { baseSha: 'b'.repeat(40), startSha: 'c'.repeat(40), headSha: 'a'.repeat(40), ...values };
}

export function aMergeRequest(values: Partial<MergeRequest> = {}): MergeRequest {
  return {
    projectId: 7,
    iid: 3,
    title: 'Add a greeting',
    description: '',
    state: 'opened',
    draft: false,
    author: aGitLabUser(),
    sourceBranch: 'feature',
    targetBranch: 'main',
    sourceProjectId: 7,
    targetProjectId: 7,
    headSha: 'a'.repeat(40),
    diffRefs: someDiffRefs(),
    labels: [],
    reviewers: [],
    createdAt: at,
    updatedAt: at,
    webUrl: 'https://gitlab.example.com/group/app/-/merge_requests/3',
    ...values,
  };
}

export function aNote(values: Partial<Note> = {}): Note {
  return {
    id: 501,
    body: 'Please look at this.',
    author: aGitLabUser(),
    system: false,
    createdAt: at,
    updatedAt: at,
    resolvable: false,
    resolved: false,
    ...values,
  };
}

export function aDiscussion(values: Partial<Discussion> = {}): Discussion {
  return { id: 'd'.repeat(40), individualNote: false, notes: [aNote({ resolvable: true })], ...values };
}

/** The body GitLab delivers for a merge request; `attributes` and `changes` override single fields. */
export function aMergeRequestHook(
  attributes: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): object {
  return {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: { id: 11, name: 'Ada', username: 'ada', email: 'ada@example.com' },
    project: { id: 7, name: 'App', path_with_namespace: 'group/app', default_branch: 'main' },
    object_attributes: {
      id: 900,
      iid: 3,
      target_project_id: 7,
      source_project_id: 7,
      source_branch: 'feature',
      target_branch: 'main',
      title: 'Add a greeting',
      author_id: 11,
      action: 'open',
      state: 'opened',
      draft: false,
      work_in_progress: false,
      last_commit: { id: 'a'.repeat(40), message: 'Add a greeting' },
      labels: [],
      ...attributes,
    },
    labels: [],
    changes: {},
    ...rest,
  };
}

/** The body GitLab delivers for a pipeline of a branch. */
export function aPipelineHook(attributes: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): object {
  return {
    object_kind: 'pipeline',
    object_attributes: {
      id: 812,
      ref: 'agent/PROJ-1',
      tag: false,
      sha: 'a'.repeat(40),
      source: 'push',
      status: 'failed',
      ...attributes,
    },
    merge_request: null,
    user: { id: 11, name: 'Ada', username: 'ada' },
    project: { id: 7, name: 'App', path_with_namespace: 'group/app', default_branch: 'main' },
    ...rest,
  };
}

/** The body GitLab delivers for a note on a merge request. */
export function aNoteHook(attributes: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): object {
  return {
    object_kind: 'note',
    event_type: 'note',
    user: { id: 11, name: 'Ada', username: 'ada', email: 'ada@example.com' },
    project_id: 7,
    project: { id: 7, name: 'App', path_with_namespace: 'group/app', default_branch: 'main' },
    object_attributes: {
      id: 501,
      note: '/copilot add a test',
      noteable_type: 'MergeRequest',
      noteable_id: 900,
      discussion_id: 'd'.repeat(40),
      type: 'DiscussionNote',
      author_id: 11,
      project_id: 7,
      system: false,
      internal: false,
      action: 'create',
      ...attributes,
    },
    merge_request: { id: 900, iid: 3, target_project_id: 7, source_project_id: 7 },
    ...rest,
  };
}
