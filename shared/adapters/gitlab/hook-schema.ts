import * as z from 'zod';
import { lazily } from '../../kernel/lazily.ts';

// Each is built for the first delivery of its kind: most processes start for one, and health needs none.
const Id = z.int().positive();
const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const User = z.object({ id: Id, username: z.string().nullish() }).nullish().catch(null);
/** The project of the delivery; of a merge request the one it goes to. */
const HookProject = z.object({ path_with_namespace: z.string().nullish() }).nullish().catch(null);
const Labels = z
  .array(z.object({ title: z.string().nullish() }))
  .nullish()
  .catch(null);

/**
 * The fields we read of a merge request delivery; strict on those, blind to all others.
 * Shape: GitLab's user/project/integrations/webhook_events, checked against recorded deliveries.
 */
export const MergeRequestHook = lazily(() =>
  z.object({
    user: User,
    project: HookProject,
    object_attributes: z.object({
      iid: Id,
      target_project_id: Id,
      /** `null` when the fork is gone. */
      source_project_id: Id.nullish(),
      source_branch: z.string(),
      target_branch: z.string().nullish().catch(null),
      /** Hooks have these in place of `has_conflicts`; the first is the older one, and says it of a draft, too. */
      merge_status: z.string().nullish().catch(null),
      detailed_merge_status: z.string().nullish().catch(null),
      title: z.string().nullish(),
      author_id: Id.nullish(),
      state: z.enum(['opened', 'closed', 'merged', 'locked']).nullish().catch(null),
      /** Absent where GitLab reports a state and no change. */
      action: z
        .enum(['open', 'close', 'reopen', 'update', 'merge', 'approved', 'unapproved', 'approval', 'unapproval'])
        .nullish(),
      /** `null` while the source branch has no commit. */
      last_commit: z.object({ id: Sha.nullish() }).nullish(),
      oldrev: Sha.nullish(),
      draft: z.boolean().nullish(),
      /** What `draft` was called before GitLab 16. */
      work_in_progress: z.boolean().nullish(),
      labels: Labels,
    }),
    labels: Labels,
    changes: z
      .object({
        draft: z.object({ previous: z.boolean().nullish() }).nullish(),
        title: z.object({ previous: z.string().nullish() }).nullish(),
      })
      .nullish(),
  }),
);
export type MergeRequestHook = z.infer<ReturnType<typeof MergeRequestHook>>;

/** The fields we read of a pipeline delivery. `merge_request` is null for a pipeline of a branch. */
export const PipelineHook = lazily(() =>
  z.object({
    project: z.object({ id: Id }),
    object_attributes: z.object({
      id: Id,
      status: z.string(),
      ref: z.string(),
      sha: Sha,
      source: z.string().nullish(),
      tag: z.boolean().nullish(),
    }),
    merge_request: z.object({ iid: Id, source_branch: z.string().nullish() }).nullish().catch(null),
  }),
);
export type PipelineHook = z.infer<ReturnType<typeof PipelineHook>>;

/** The fields we read of a note delivery. `discussion_id` and `action` came later than the rest. */
export const NoteHook = lazily(() =>
  z.object({
    user: User,
    project_id: Id,
    project: HookProject,
    object_attributes: z.object({
      id: Id,
      note: z.string(),
      author_id: Id.nullish(),
      system: z.boolean().nullish(),
      internal: z.boolean().nullish(),
      action: z.enum(['create', 'update']).nullish(),
      /** A hash of 40 hex digits; it becomes part of a task and of addresses. */
      discussion_id: z
        .string()
        .regex(/^[\w-]{1,100}$/)
        .nullish(),
    }),
    merge_request: z.object({
      iid: Id,
      state: z.enum(['opened', 'closed', 'merged', 'locked']).nullish(),
      last_commit: z.object({ id: Sha.nullish() }).nullish(),
    }),
  }),
);
export type NoteHook = z.infer<ReturnType<typeof NoteHook>>;
