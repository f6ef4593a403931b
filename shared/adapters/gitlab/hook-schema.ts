import * as z from 'zod';
import { lazily } from '../../kernel/lazily.ts';

/** What deliveries of several kinds are made of. One schema for all fields of a kind: building each anew takes time. */
const parts = lazily(() => {
  const id = z.int().positive();
  const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
  const text = z.string().nullish();
  return {
    id,
    someId: id.nullish(),
    sha,
    someSha: sha.nullish(),
    text,
    /** Anything but a text counts as none. */
    anyText: text.catch(null),
    flag: z.boolean().nullish(),
    user: z.object({ id, username: text }).nullish().catch(null),
    /** The project of the delivery; of a merge request the one it goes to. */
    project: z.object({ path_with_namespace: text }).nullish().catch(null),
    labels: z
      .array(z.object({ title: text }))
      .nullish()
      .catch(null),
    state: z.enum(['opened', 'closed', 'merged', 'locked']).nullish(),
    commit: z.object({ id: sha.nullish() }).nullish(),
  };
});

// Each is built for the first delivery of its kind: most processes start for one, and health needs none.

/**
 * The fields we read of a merge request delivery; strict on those, blind to all others.
 * Shape: GitLab's user/project/integrations/webhook_events, checked against recorded deliveries.
 */
export const MergeRequestHook = lazily(() => {
  const { id, someId, someSha, text, anyText, flag, user, project, labels, state, commit } = parts();
  return z.object({
    user,
    project,
    object_attributes: z.object({
      iid: id,
      target_project_id: id,
      /** `null` when the fork is gone. */
      source_project_id: someId,
      source_branch: z.string(),
      target_branch: anyText,
      /** Hooks have these in place of `has_conflicts`; the first is the older one, and says it of a draft, too. */
      merge_status: anyText,
      detailed_merge_status: anyText,
      title: text,
      author_id: someId,
      state: state.catch(null),
      /** Absent where GitLab reports a state and no change. */
      action: z
        .enum(['open', 'close', 'reopen', 'update', 'merge', 'approved', 'unapproved', 'approval', 'unapproval'])
        .nullish(),
      /** `null` while the source branch has no commit. */
      last_commit: commit,
      oldrev: someSha,
      draft: flag,
      /** What `draft` was called before GitLab 16. */
      work_in_progress: flag,
      labels,
    }),
    labels,
    changes: z
      .object({
        draft: z.object({ previous: flag }).nullish(),
        title: z.object({ previous: text }).nullish(),
      })
      .nullish(),
  });
});
export type MergeRequestHook = z.infer<ReturnType<typeof MergeRequestHook>>;

/** The fields we read of a pipeline delivery. `merge_request` is null for a pipeline of a branch. */
export const PipelineHook = lazily(() => {
  const { id, sha, text, flag } = parts();
  return z.object({
    project: z.object({ id }),
    object_attributes: z.object({
      id,
      status: z.string(),
      ref: z.string(),
      sha,
      source: text,
      tag: flag,
    }),
    merge_request: z.object({ iid: id, source_branch: text }).nullish().catch(null),
  });
});
export type PipelineHook = z.infer<ReturnType<typeof PipelineHook>>;

/** The fields we read of a note delivery. `discussion_id` and `action` came later than the rest. */
export const NoteHook = lazily(() => {
  const { id, someId, flag, user, project, state, commit } = parts();
  return z.object({
    user,
    project_id: id,
    project,
    object_attributes: z.object({
      id,
      note: z.string(),
      author_id: someId,
      system: flag,
      internal: flag,
      action: z.enum(['create', 'update']).nullish(),
      /** A hash of 40 hex digits; it becomes part of a task and of addresses. */
      discussion_id: z
        .string()
        .regex(/^[\w-]{1,100}$/)
        .nullish(),
    }),
    merge_request: z.object({ iid: id, state, last_commit: commit }),
  });
});
export type NoteHook = z.infer<ReturnType<typeof NoteHook>>;
