import * as z from 'zod';
import { listOf } from '../http/list-of.ts';

/**
 * What we read of Jira's answers, and nothing else: fields that are not used may change or go away. What decides (key,
 * status, links) must be there; what only informs may be missing.
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
  type: z.object({ name: z.string().catch(''), inward: z.string().catch('') }).catch({ name: '', inward: '' }),
  inwardIssue: LinkedIssue.nullish(),
});

export const IssueResponse = z.object({
  id: z.string(),
  key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/),
  fields: z.object({
    summary: z.string().nullish(),
    /** Absent where the issue type has no such field. */
    description: z.unknown().optional(),
    status: StatusResponse,
    assignee: UserResponse.nullish().catch(null),
    reporter: UserResponse.nullish().catch(null),
    /** `null` where people without an account may create issues, and one did. */
    creator: UserResponse.nullish().catch(undefined),
    labels: listOf(z.string()),
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
  'creator',
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
  /** Absent where people without an account may comment, and `null` where the account was deleted. */
  author: UserResponse.nullish().catch(null),
  body: z.unknown().optional(),
  /** A group or role that alone may read it. */
  visibility: z.unknown().optional(),
  /** False for the internal comments of a service desk. */
  jsdPublic: z.boolean().nullish().catch(null),
  created: z.string().catch(''),
  updated: z.string().catch(''),
});

export type CommentResponse = z.infer<typeof CommentResponse>;

export const AttachmentResponse = z.object({
  id: z.string().regex(/^\d+$/),
  filename: z.string(),
  size: z.number(),
  mimeType: z.string().catch(''),
  author: UserResponse.nullish().catch(null),
  created: z.string().catch(''),
});
export type AttachmentResponse = z.infer<typeof AttachmentResponse>;

export const RemoteLinksResponse = listOf(
  z.object({
    globalId: z.string().nullish().catch(null),
    object: z.object({ url: Text, title: Text }),
  }),
);

export const CommentPage = z.object({ comments: z.array(z.unknown()), total: z.number().nullish() });

/** A field on the screen of a transition, with `expand=transitions.fields`. */
const TransitionField = z.object({
  required: z.boolean().catch(false),
  name: z.string().catch(''),
  hasDefaultValue: z.boolean().catch(false),
});

export const GroupsResponse = listOf(z.object({ name: z.string() }));

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

const TransitionResponse = z.object({
  id: z.string(),
  name: z.string().catch(''),
  to: z.object({ id: z.string(), name: z.string() }),
  fields: z.record(z.string(), TransitionField).nullish().catch(null),
});
export type TransitionResponse = z.infer<typeof TransitionResponse>;

export const TransitionsResponse = z.object({ transitions: listOf(TransitionResponse) });

export const UsersResponse = listOf(UserResponse);

/** Addresses are there only where people show them (Atlassian account, profile and visibility). */
export const EmailsResponse = listOf(
  z.object({ accountId: z.string(), emailAddress: z.string().optional().catch(undefined) }),
);

export const ProjectResponse = z.object({ key: z.string() });

export const ProjectStatusesResponse = listOf(z.object({ statuses: listOf(StatusResponse) }));

export const VersionsPage = z.object({
  values: z.array(z.object({ id: z.string(), name: z.string() })),
  isLast: z.boolean().nullish(),
});

export const FixVersionsResponse = z.object({
  key: z.string(),
  /** Absent where the issue type has no such field. */
  fields: z.object({ fixVersions: listOf(z.object({ name: z.string() })) }),
});

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post */
export const LabelledIssuesResponse = z.object({
  issues: listOf(z.object({ key: z.string(), fields: z.object({ labels: listOf(z.string()), created: z.string() }) })),
});

export const ProjectTypesResponse = z.object({
  issueTypes: listOf(
    z.object({
      id: z.string(),
      name: z.string(),
      subtask: z.boolean().catch(false),
      hierarchyLevel: z.number().optional().catch(undefined),
    }),
  ),
});

export const CreatedIssueResponse = z.object({ key: z.string() });
