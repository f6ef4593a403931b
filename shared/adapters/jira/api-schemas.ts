import { z } from 'zod';

/**
 * What we read of Jira's answers, and nothing else: fields nobody needs may change or go away. What decides (key, status, links)
 * must be there; what only informs may be missing.
 */
const Category = z.object({ key: z.enum(['new', 'indeterminate', 'done', 'undefined']).catch('undefined') });

export const UserResponse = z.object({
  accountId: z.string().min(1),
  displayName: z.string().catch(''),
  accountType: z.string().optional().catch(undefined),
});
export type UserResponse = z.infer<typeof UserResponse>;

const StatusResponse = z.object({
  id: z.string(),
  name: z.string(),
  statusCategory: Category.optional().catch(undefined),
});

const Text = z.string().catch('');
const Change = z.object({
  field: Text,
  fieldId: z.string().optional().catch(undefined),
  to: Text,
  fromString: Text,
  toString: Text,
});

export const HistoryResponse = z.object({
  id: z.string().regex(/^\d+$/),
  created: z.string().catch(''),
  author: UserResponse.optional().catch(undefined),
  items: z.array(Change).catch([]),
});
export type HistoryResponse = z.infer<typeof HistoryResponse>;

export const ChangelogPage = z.object({ values: z.array(z.unknown()) });

const LinkedIssue = z.object({
  key: z.string(),
  fields: z
    .object({ status: z.object({ statusCategory: z.object({ key: z.string() }) }) })
    .optional()
    .catch(undefined),
});

const IssueLink = z.object({
  type: z.object({ name: z.string().catch(''), inward: z.string().catch('') }),
  inwardIssue: LinkedIssue.optional(),
});

export const IssueResponse = z.object({
  id: z.string(),
  key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/),
  fields: z.object({
    summary: z.string().nullish(),
    description: z.unknown(),
    status: StatusResponse,
    assignee: UserResponse.nullish().catch(null),
    reporter: UserResponse.nullish().catch(null),
    labels: z.array(z.string()).nullish(),
    issuelinks: z.array(IssueLink).nullish(),
    updated: z.string().catch(''),
  }),
  properties: z.record(z.string(), z.unknown()).nullish().catch(null),
  changelog: z
    .object({ histories: z.array(z.unknown()).nullish(), total: z.number().catch(0) })
    .nullish()
    .catch(null),
});
export type IssueResponse = z.infer<typeof IssueResponse>;

/** The fields to ask for: those of `IssueResponse`. */
export const ISSUE_FIELDS = [
  'summary',
  'description',
  'status',
  'assignee',
  'reporter',
  'labels',
  'issuelinks',
  'updated',
] as const;

export const SearchPage = z.object({
  issues: z.array(z.unknown()),
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
});

export const CommentResponse = z.object({
  id: z.string(),
  author: UserResponse,
  body: z.unknown(),
  created: z.string().catch(''),
  updated: z.string().catch(''),
});

export type CommentResponse = z.infer<typeof CommentResponse>;

export const CommentPage = z.object({ comments: z.array(z.unknown()), total: z.number() });

export const TransitionsResponse = z.object({
  transitions: z.array(
    z.object({ id: z.string(), name: z.string(), to: z.object({ id: z.string(), name: z.string() }) }),
  ),
});

export const GroupsResponse = z.array(z.object({ name: z.string() }));

/** Role names and the address of each. */
export const ProjectRolesResponse = z.record(z.string(), z.string());

export const RoleResponse = z.object({
  actors: z
    .array(
      z.object({
        actorUser: z.object({ accountId: z.string() }).optional().catch(undefined),
        actorGroup: z.object({ name: z.string() }).optional().catch(undefined),
      }),
    )
    .nullish()
    .catch(null),
});

/** `GET mypermissions`: by the keys that were asked for. */
export const PermissionsResponse = z.object({
  permissions: z.record(z.string(), z.object({ havePermission: z.boolean().nullish() })),
});

export const PropertyResponse = z.object({ value: z.unknown() });

export const ProjectStatusesResponse = z.array(z.object({ statuses: z.array(StatusResponse) }));
