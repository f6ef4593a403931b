import * as z from 'zod';
import { lazily } from '../../kernel/lazily.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { parseOptions } from '../../kernel/parse-options.ts';
import { MergeRequestHook, NoteHook, PipelineHook } from './hook-schema.ts';

/** Something happened to a merge request. Hints only: what decides or is shown is read again through the API. */
export interface MergeRequestEvent {
  kind: 'merge-request';
  action: MergeRequestAction;
  projectId: number;
  /** Where the project stands, where GitLab says so. */
  projectPath?: string;
  mergeRequestIid: number;
  /** How it stands, where GitLab says so. */
  state?: 'opened' | 'closed' | 'merged' | 'locked';
  headSha: string;
  /** The head before this event; only when commits were pushed or a suggestion was applied. */
  oldHeadSha?: string;
  title: string;
  draft: boolean;
  /** This event took the merge request out of draft. */
  becameReady: boolean;
  sourceBranch: string;
  sourceProjectId: number;
  /** Absent where the delivery does not say. */
  targetBranch?: string;
  /** GitLab has found that the two branches do not merge. */
  hasConflicts: boolean;
  labels: string[];
  authorId: number;
  actor: EventActor;
}

export type MergeRequestAction =
  | 'open'
  | 'close'
  | 'reopen'
  | 'update'
  | 'merge'
  | 'approved'
  | 'unapproved'
  | 'approval'
  | 'unapproval';

/** A person or another program wrote or changed a note on a merge request. */
export interface NoteEvent {
  kind: 'note';
  action: 'create' | 'update';
  projectId: number;
  /** Where the project stands, where GitLab says so. */
  projectPath?: string;
  mergeRequestIid: number;
  /** How the merge request stands, where GitLab says so. */
  state?: 'opened' | 'closed' | 'merged' | 'locked';
  headSha?: string;
  noteId: number;
  /** Absent from older GitLab versions. */
  discussionId?: string;
  body: string;
  authorId: number;
  actor: EventActor;
}

/** A pipeline has another status. */
export interface PipelineEvent {
  kind: 'pipeline';
  projectId: number;
  pipelineId: number;
  /** GitLab's word. */
  status: string;
  /** What started it, in GitLab's word; empty where it does not say. */
  source: string;
  /** Of the merge request or of the branch it ran for. */
  sourceBranch: string;
  /** A branch, or `refs/merge-requests/3/merge`. */
  ref: string;
  sha: string;
  /** Where it ran for one by its own word. */
  mergeRequestIid?: number;
  isTag: boolean;
}

export interface EventActor {
  id: number;
  username: string;
}

/** Why a delivery is no event for us. Dashboards count these words: add freely, rename never. */
export type IgnoreReason =
  | 'not-json'
  | 'unsupported-event'
  | 'malformed'
  | 'note-not-on-merge-request'
  | 'system-note'
  | 'internal-note';

export interface IgnoredEvent {
  kind: 'ignored';
  reason: IgnoreReason;
  /** With `malformed`: the fields that were wrong, by path, never their values. */
  fields?: string[];
}

export type GitLabEvent = MergeRequestEvent | NoteEvent | PipelineEvent | IgnoredEvent;

// Each is made once: zod compiles a schema when it is first used, which takes longer than to read a delivery.
const Envelope = lazily(() => z.object({ object_kind: z.string() }));
const NoteEnvelope = lazily(() => z.object({ object_attributes: z.object({ noteable_type: z.string() }) }));

/** Reads the body of a webhook delivery whose sender has been verified. Never throws. */
export function parseGitLabEvent(rawBody: string): GitLabEvent {
  const payload = parseJson(rawBody);
  if (payload === undefined) return { kind: 'ignored', reason: 'not-json' };
  const envelope = Envelope().safeParse(payload, parseOptions(Envelope()));
  switch (envelope.data?.object_kind) {
    case 'merge_request':
      return read(MergeRequestHook(), payload, toMergeRequestEvent);
    case 'note':
      return parseNote(payload);
    case 'pipeline':
      return read(PipelineHook(), payload, toPipelineEvent);
    default:
      return { kind: 'ignored', reason: 'unsupported-event' };
  }
}

function parseNote(payload: unknown): GitLabEvent {
  const on = NoteEnvelope().safeParse(payload, parseOptions(NoteEnvelope()));
  if (on.success && on.data.object_attributes.noteable_type !== 'MergeRequest') {
    return { kind: 'ignored', reason: 'note-not-on-merge-request' };
  }
  return read(NoteHook(), payload, toNoteEvent);
}

function read<T>(schema: z.ZodType<T>, payload: unknown, convert: (hook: T) => GitLabEvent): GitLabEvent {
  const hook = schema.safeParse(payload, parseOptions(schema));
  if (hook.success) return convert(hook.data);
  return { kind: 'ignored', reason: 'malformed', fields: hook.error.issues.map(({ path }) => path.join('.')) };
}

function toMergeRequestEvent({ user, project, object_attributes: mr, labels, changes }: MergeRequestHook): GitLabEvent {
  const title = mr.title ?? '';
  const draft = mr.draft ?? mr.work_in_progress ?? isDraftTitle(title);
  return {
    kind: 'merge-request',
    action: mr.action ?? 'update',
    projectId: mr.target_project_id,
    ...(project?.path_with_namespace ? { projectPath: project.path_with_namespace } : {}),
    mergeRequestIid: mr.iid,
    ...(mr.state ? { state: mr.state } : {}),
    headSha: mr.last_commit?.id ?? '',
    ...(mr.oldrev ? { oldHeadSha: mr.oldrev } : {}),
    title,
    draft,
    becameReady: !draft && wasDraft(changes),
    sourceBranch: mr.source_branch,
    sourceProjectId: mr.source_project_id ?? 0,
    ...(mr.target_branch ? { targetBranch: mr.target_branch } : {}),
    hasConflicts: mr.merge_status === 'cannot_be_merged' || mr.detailed_merge_status === 'conflict',
    labels: (labels ?? mr.labels ?? []).flatMap((label) => label.title ?? []),
    authorId: mr.author_id ?? 0,
    actor: toActor(user),
  };
}

/** Id 0: GitLab does not say who. */
function toActor(user: NoteHook['user']): EventActor {
  return { id: user?.id ?? 0, username: user?.username ?? '' };
}

function wasDraft(changes: MergeRequestHook['changes']): boolean {
  if (changes?.draft) return changes.draft.previous === true;
  return changes?.title?.previous != null && isDraftTitle(changes.title.previous);
}

/** GitLab's own rule: the title starts with `Draft:`, `[Draft]` or `(Draft)` (user/project/merge_requests/drafts). */
export function isDraftTitle(title: string): boolean {
  return /^\s*(draft:|\[draft\]|\(draft\))/i.test(title);
}

function toNoteEvent({ user, project_id, project, object_attributes: note, merge_request }: NoteHook): GitLabEvent {
  if (note.system) return { kind: 'ignored', reason: 'system-note' };
  if (note.internal) return { kind: 'ignored', reason: 'internal-note' };
  return {
    kind: 'note',
    action: note.action ?? 'create',
    projectId: project_id,
    ...(project?.path_with_namespace ? { projectPath: project.path_with_namespace } : {}),
    mergeRequestIid: merge_request.iid,
    ...(merge_request.state ? { state: merge_request.state } : {}),
    ...(merge_request.last_commit?.id ? { headSha: merge_request.last_commit.id } : {}),
    noteId: note.id,
    ...(note.discussion_id ? { discussionId: note.discussion_id } : {}),
    body: note.note,
    authorId: note.author_id ?? 0,
    actor: toActor(user),
  };
}

function toPipelineEvent({
  project,
  object_attributes: pipeline,
  merge_request: mergeRequest,
}: PipelineHook): GitLabEvent {
  return {
    kind: 'pipeline',
    projectId: project.id,
    pipelineId: pipeline.id,
    status: pipeline.status,
    source: pipeline.source ?? '',
    sourceBranch: mergeRequest?.source_branch ?? pipeline.ref,
    ref: pipeline.ref,
    sha: pipeline.sha,
    ...(mergeRequest ? { mergeRequestIid: mergeRequest.iid } : {}),
    isTag: pipeline.tag ?? false,
  };
}
