import * as z from 'zod';

import { lazily } from '../../kernel/lazily.ts';
import { Requester, TaskCause } from './task-cause.ts';

/** Fields every task has. A task is a pointer (below 2 kB on the wire): what decides is read again by the runner. */
const common = lazily(() => ({
  version: z.literal(1),
  /** The dedup key, built from what the task is about: `coding~PROJ-12~10233`, `review~7~3~abc123`. */
  id: z.string().min(1).max(400),
  /** What at most one run may work on at a time: `issue~PROJ-12`, `mr~7~3` or `audit~2.4.0`. */
  scope: z.string().min(1).max(200),
  /** A message without one means `default`. Never a token. */
  credentialRef: z.string().min(1).default('default'),
  /** The runner image its binding named when it was planned; absent is the default one. */
  image: z.string().min(1).max(100).optional(),
  /** W3C trace context of the event that caused the task; Storage Queues have no place for it but the message. */
  traceparent: z.string().optional(),
  /**
   * The person who asked; absent where an event without a person caused the task, and in messages of earlier versions.
   */
  requestedBy: Requester().optional(),
}));

/** Implement a Jira issue on its own branch and merge request. */
export const CodingTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('coding'),
    jiraProject: z.string(),
    /** The route of that project it goes by to its end; absent is the binding itself. */
    route: z.string().min(1).max(100).optional(),
    /** The branch it goes to, where that of the binding depends on the fix version of the issue. */
    targetBranch: z.string().min(1).max(200).optional(),
    issueKey: z.string(),
    /** Absent in messages of earlier versions; `causeOf` knows those too. */
    cause: TaskCause().optional(),
  }),
);
export type CodingTask = z.infer<ReturnType<typeof CodingTask>>;

/** Review a merge request at one head. */
export const ReviewTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('review'),
    projectId: z.int(),
    mergeRequestIid: z.int(),
    headSha: z.string(),
    /** `full` ignores what was reviewed before. */
    depth: z.enum(['incremental', 'full']).default('incremental'),
    /** Absent in messages of earlier versions; `causeOf` knows those too. */
    cause: TaskCause().optional(),
  }),
);
export type ReviewTask = z.infer<ReturnType<typeof ReviewTask>>;

/** Answer a note in a merge request thread, with words or with a commit. */
export const ReplyTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('reply'),
    projectId: z.int(),
    mergeRequestIid: z.int(),
    discussionId: z.string(),
    noteId: z.int(),
  }),
);
export type ReplyTask = z.infer<ReturnType<typeof ReplyTask>>;

/**
 * Work on a merge request of the agent for which no person has asked: its target branch is merged into it, its failed
 * pipeline repaired, it is taken out of draft, what its own review has found is mended, or its merged change taken over
 * to a release branch it conflicts with.
 */
export const UpdateTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('update'),
    projectId: z.int(),
    mergeRequestIid: z.int(),
    headSha: z.string(),
    cause: TaskCause(),
  }),
);
export type UpdateTask = z.infer<ReturnType<typeof UpdateTask>>;

/** Nothing but the way through the system: admit, queue, lease, settle. */
export const EchoTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('echo'),
    text: z.string().max(1000),
  }),
);
export type EchoTask = z.infer<ReturnType<typeof EchoTask>>;

/**
 * Audit a release. Belongs to no issue and no merge request; which repositories it reads is decided by the map when it
 * runs.
 */
export const AuditTask = lazily(() =>
  z.object({
    ...common(),
    kind: z.literal('audit'),
    fixVersion: z.string(),
    /** Jira projects; an empty list is every project of the map. */
    projects: z.array(z.string()),
    /** Paths of GitLab projects; an empty list is those of the projects. */
    repositories: z.array(z.string()),
    from: z.string().optional(),
    to: z.string().optional(),
    environment: z.string().optional(),
    /** Key and value pairs that are stored with the audit. */
    labels: z.record(z.string(), z.string()),
  }),
);
export type AuditTask = z.infer<ReturnType<typeof AuditTask>>;

/** A task of any kind. To read one of a kind that is known, `schemaOfTask` is enough and builds less. */
export const Task = lazily(() =>
  z.discriminatedUnion('kind', [CodingTask(), ReviewTask(), ReplyTask(), UpdateTask(), AuditTask(), EchoTask()]),
);
export type Task = z.infer<ReturnType<typeof Task>>;

const SCHEMAS = {
  coding: CodingTask,
  review: ReviewTask,
  reply: ReplyTask,
  update: UpdateTask,
  audit: AuditTask,
  echo: EchoTask,
} satisfies { [Kind in Task['kind']]: () => z.ZodType<Extract<Task, { kind: Kind }>> };

/** The schema of one kind, and of no other. */
export function schemaOfTask(kind: Task['kind']): z.ZodType<Task> {
  return SCHEMAS[kind]();
}

/** Every kind there is, in the order people read them. */
export const TASK_KINDS = [
  'coding',
  'review',
  'reply',
  'update',
  'audit',
  'echo',
] as const satisfies (keyof typeof SCHEMAS)[];
