import * as z from 'zod';
import { isBotName } from '../../domain/accounts/bot-name.ts';
import type {
  Branch,
  CommitComment,
  DiffRefs,
  Discussion,
  GitLabUser,
  MergeRequest,
  Note,
  NotePosition,
  Project,
} from '../../domain/ports/gitlab.ts';
import type { ProjectHook } from '../../domain/ports/project-hooks.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { listOf } from '../http/list-of.ts';
import { isDraftTitle } from './events.ts';

/**
 * Reads one of GitLab's answers; blind to fields we do not name.
 * @throws {TaskError} `gitlab-unavailable` when something between us and GitLab answered in its place.
 */
export function parseResponse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the whole answer').slice(0, 5);
  throw new TaskError('gitlab-unavailable', {
    cause: parsed.error,
    detail: `the answer for ${what} is not GitLab's (${fields.join(', ')})`,
  });
}

/**
 * Reads the items of one of GitLab's lists. An odd one is logged with the fields that were wrong and left out: it must
 * not hide the others.
 */
export function parseList<T>(item: z.ZodType<T>, body: unknown, { what, log }: { what: string; log: Log }): T[] {
  return parseResponse(z.array(z.unknown()), body, what).flatMap((one) => {
    const read = item.safeParse(one);
    if (read.success) return [read.data];
    const fields = read.error.issues.map(({ path }) => path.join('.') || 'the whole item').slice(0, 5);
    log.warn('gitlab item unreadable', { what, fields });
    return [];
  });
}

const Timestamp = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** `bot` is only in the whole user; elsewhere the names GitLab gives to token and service accounts tell. */
export const UserResponse = z
  .object({ id: z.int(), username: z.string(), name: z.string().nullish(), bot: z.boolean().nullish() })
  .transform(
    ({ id, username, name, bot }): GitLabUser => ({
      id,
      username,
      name: name || username,
      bot: bot ?? isBotName(username),
    }),
  );

/** An author GitLab does not name: the account was deleted. No account has this id. */
const UNKNOWN_USER: GitLabUser = { id: 0, username: 'ghost', name: 'unknown', bot: false };

const Author = UserResponse.nullish()
  .catch(null)
  .transform((user): GitLabUser => user ?? UNKNOWN_USER);

const OptionalUser = UserResponse.nullish().catch(null);

/** API_Entities_MergeRequestApprovals of GitLab's OpenAPI document. */
export const ApprovalsResponse = z
  .object({ approved_by: listOf(z.object({ user: UserResponse })) })
  .transform(({ approved_by }): GitLabUser[] => approved_by.map(({ user }) => user));

/** API_Entities_MergeRequestReviewer: those whose review asks for changes, a state there is since GitLab 16.9. */
export const ReviewersResponse = listOf(z.object({ state: z.string().nullish(), user: UserResponse })).transform(
  (reviewers): GitLabUser[] => reviewers.filter(({ state }) => state === 'requested_changes').map(({ user }) => user),
);

/** A list of users, without those who are blocked, banned or deactivated. */
export const ActiveUsersResponse = listOf(z.object({ state: z.string().nullish() }).and(UserResponse)).transform(
  (users) =>
    users.filter(({ state }) => (state ?? 'active') === 'active').map(({ state: _, ...user }): GitLabUser => user),
);

/** What users show of themselves, in lists of a GitLab that shows it. */
export const PublicEmailsResponse = listOf(z.object({ id: z.int(), public_email: z.string().nullish() }));

export const ProjectResponse = z
  .object({
    id: z.int(),
    path_with_namespace: z.string(),
    default_branch: z.string().nullish(),
    http_url_to_repo: z.string(),
    web_url: z.string().nullish(),
    empty_repo: z.boolean().nullish(),
    archived: z.boolean().nullish(),
  })
  .transform(
    (project): Project => ({
      id: project.id,
      path: project.path_with_namespace,
      ...(project.default_branch ? { defaultBranch: project.default_branch } : {}),
      cloneUrl: project.http_url_to_repo,
      webUrl: project.web_url ?? '',
      emptyRepository: project.empty_repo ?? false,
      archived: project.archived ?? false,
    }),
  );

export const BranchResponse = z
  .object({
    name: z.string(),
    protected: z.boolean().nullish(),
    commit: z.object({ id: z.string() }),
  })
  .transform(
    (branch): Branch => ({
      name: branch.name,
      sha: branch.commit.id,
      isProtected: branch.protected ?? false,
    }),
  );

const DiffRefsResponse = z
  .object({ base_sha: z.string().nullish(), start_sha: z.string().nullish(), head_sha: z.string().nullish() })
  .transform(({ base_sha, start_sha, head_sha }): DiffRefs | undefined =>
    base_sha && start_sha && head_sha ? { baseSha: base_sha, startSha: start_sha, headSha: head_sha } : undefined,
  );

/** `"900"`, or `"1000+"` for more than GitLab counts; null while it has not counted, and of some versions absent. */
const ChangesCount = z
  .string()
  .regex(/^\d{1,9}\+?$/)
  .transform((text) => Number.parseInt(text, 10))
  .optional()
  .catch(undefined);

export const MergeRequestResponse = z
  .object({
    project_id: z.int(),
    iid: z.int(),
    title: z.string(),
    description: z.string().nullish(),
    state: z.enum(['opened', 'closed', 'merged', 'locked']),
    draft: z.boolean().nullish(),
    author: Author,
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: z.int().nullish(),
    target_project_id: z.int(),
    sha: z.string().nullish(),
    diff_refs: DiffRefsResponse.nullish(),
    changes_count: ChangesCount,
    head_pipeline: z.object({ id: z.int(), project_id: z.int().nullish() }).nullish().catch(null),
    /** False also while GitLab has not looked. A draft shows it too, where `detailed_merge_status` says only that. */
    has_conflicts: z.boolean().nullish().catch(null),
    /** Objects where a list was asked for with their details. */
    labels: listOf(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])),
    merged_by: OptionalUser,
    merge_user: OptionalUser,
    reviewers: listOf(UserResponse),
    created_at: Timestamp.nullish(),
    updated_at: Timestamp,
    merged_at: Timestamp.nullish().catch(null),
    merge_commit_sha: z.string().nullish().catch(null),
    squash_commit_sha: z.string().nullish().catch(null),
    web_url: z.string().nullish(),
  })
  .transform(
    (mr): MergeRequest => ({
      projectId: mr.project_id,
      iid: mr.iid,
      title: mr.title,
      description: mr.description ?? '',
      state: mr.state,
      draft: mr.draft ?? isDraftTitle(mr.title),
      author: mr.author,
      sourceBranch: mr.source_branch,
      targetBranch: mr.target_branch,
      sourceProjectId: mr.source_project_id ?? 0,
      targetProjectId: mr.target_project_id,
      headSha: mr.sha ?? mr.diff_refs?.headSha ?? '',
      ...(mr.diff_refs ? { diffRefs: mr.diff_refs } : {}),
      ...(mr.head_pipeline ? { headPipeline: { id: mr.head_pipeline.id } } : {}),
      ...(mr.has_conflicts ? { hasConflicts: true } : {}),
      ...(mr.changes_count === undefined ? {} : { changedFiles: mr.changes_count }),
      labels: mr.labels,
      ...(mr.merged_by ? { mergedBy: mr.merged_by } : {}),
      ...(mr.merge_user ? { mergeUser: mr.merge_user } : {}),
      reviewers: mr.reviewers,
      createdAt: mr.created_at ?? mr.updated_at,
      updatedAt: mr.updated_at,
      ...(mr.merged_at ? { mergedAt: mr.merged_at } : {}),
      ...(mr.merge_commit_sha ? { mergeCommitSha: mr.merge_commit_sha } : {}),
      ...(mr.squash_commit_sha ? { squashCommitSha: mr.squash_commit_sha } : {}),
      webUrl: mr.web_url ?? '',
    }),
  );

const PositionResponse = z
  .object({
    base_sha: z.string().nullish(),
    start_sha: z.string().nullish(),
    head_sha: z.string().nullish(),
    old_path: z.string().nullish(),
    new_path: z.string().nullish(),
    old_line: z.int().nullish(),
    new_line: z.int().nullish(),
  })
  .transform(
    (at): NotePosition => ({
      baseSha: at.base_sha ?? '',
      startSha: at.start_sha ?? '',
      headSha: at.head_sha ?? '',
      oldPath: at.old_path ?? at.new_path ?? '',
      newPath: at.new_path ?? at.old_path ?? '',
      ...(at.old_line == null ? {} : { oldLine: at.old_line }),
      ...(at.new_line == null ? {} : { newLine: at.new_line }),
    }),
  );

export const NoteResponse = z
  .object({
    id: z.int(),
    body: z.string().nullish(),
    author: Author,
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
    created_at: Timestamp.nullish(),
    updated_at: Timestamp.nullish(),
    resolvable: z.boolean().nullish(),
    resolved: z.boolean().nullish(),
    resolved_by: OptionalUser,
    position: PositionResponse.nullish().catch(null),
  })
  .transform(
    (note): Note => ({
      id: note.id,
      body: note.body ?? '',
      author: note.author,
      system: note.system ?? false,
      ...(note.internal ? { internal: true } : {}),
      createdAt: note.created_at ?? 0,
      updatedAt: note.updated_at ?? note.created_at ?? 0,
      resolvable: note.resolvable ?? false,
      resolved: note.resolved ?? false,
      ...(note.resolved_by ? { resolvedBy: note.resolved_by } : {}),
      ...(note.position ? { position: note.position } : {}),
    }),
  );

/** API_Entities_CommitNote of GitLab's OpenAPI document. */
export const CommitCommentResponse = z
  .object({ note: z.string().nullish(), author: Author, created_at: Timestamp.nullish() })
  .transform(
    ({ note, author, created_at }): CommitComment => ({ body: note ?? '', author, createdAt: created_at ?? 0 }),
  );

/** One in a state of GitLab's own jobs, such as `manual`, has no state here. */
export const CommitStatusResponse = z
  .object({
    id: z.int(),
    name: z.string(),
    status: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']).nullish().catch(null),
    description: z.string().nullish(),
    target_url: z.string().nullish(),
  })
  .transform(({ id, name, status, description, target_url }) => ({
    id,
    name,
    description: description ?? '',
    ...(status ? { state: status } : {}),
    ...(target_url ? { targetUrl: target_url } : {}),
  }));

export const DiscussionResponse = z
  .object({ id: z.string(), individual_note: z.boolean().nullish(), notes: listOf(NoteResponse) })
  .transform(({ id, individual_note, notes }): Discussion => ({ id, individualNote: individual_note ?? false, notes }));

export const TokenResponse = z
  .object({ name: z.string().nullish(), expires_at: z.string().nullish(), scopes: listOf(z.string()) })
  .transform(({ name, expires_at, scopes }) => ({
    name: name ?? '',
    scopes,
    ...(expires_at ? { expiresAt: expires_at } : {}),
  }));

export const MemberResponse = z.object({ access_level: z.int() });

const USED_EVENTS: ReadonlySet<string> = new Set(['merge_requests_events', 'note_events', 'pipeline_events']);

/** API_Entities_ProjectHook of GitLab's OpenAPI document; the flags of secrets came with 19.0. */
export const HookResponse = z
  .looseObject({
    id: z.int(),
    url: z.string(),
    merge_requests_events: z.boolean().nullish(),
    note_events: z.boolean().nullish(),
    pipeline_events: z.boolean().nullish(),
    enable_ssl_verification: z.boolean().nullish(),
    alert_status: z.string().nullish(),
    token_present: z.boolean().nullish(),
    signing_token_present: z.boolean().nullish(),
  })
  .transform(
    (hook): ProjectHook => ({
      id: hook.id,
      url: hook.url,
      mergeRequestEvents: hook.merge_requests_events ?? false,
      noteEvents: hook.note_events ?? false,
      pipelineEvents: hook.pipeline_events ?? false,
      otherEvents: Object.keys(hook)
        .filter((name) => name.endsWith('_events') && hook[name] === true && !USED_EVENTS.has(name))
        .sort(),
      verifiesTls: hook.enable_ssl_verification ?? true,
      hasToken: hook.token_present ?? undefined,
      hasSigningToken: hook.signing_token_present ?? undefined,
      isDisabled: (hook.alert_status ?? 'executable') !== 'executable',
    }),
  );
