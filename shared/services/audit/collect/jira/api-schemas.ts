import * as z from 'zod';
import type { IssueFacts } from '../../../../domain/audit/facts/issue.ts';
import { NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';

/** Only what an audit reads of Jira's answers: https://developer.atlassian.com/cloud/jira/platform/rest/v3/ */
export const VersionsApi = z.object({
  values: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      released: z.boolean().default(false),
      releaseDate: z.string().nullish(),
    }),
  ),
  isLast: z.boolean().nullish(),
});

export const VersionCountsApi = z.object({ issuesFixedCount: z.int() });

const Status = z.object({
  name: z.string(),
  statusCategory: z.object({ key: z.enum(['new', 'indeterminate', 'done', 'undefined']).catch('undefined') }).nullish(),
});
const Named = z.object({ name: z.string() });
const Reference = z.object({ key: z.string() });

export const IssueApi = z.object({
  id: z.string(),
  key: z.string(),
  fields: z.object({
    summary: z.string().nullish(),
    issuetype: z.object({ name: z.string(), subtask: z.boolean().default(false) }).nullish(),
    status: Status.nullish(),
    resolution: Named.nullish(),
    project: z.object({ key: z.string() }).nullish(),
    parent: Reference.nullish(),
    subtasks: z.array(Reference).nullish(),
    fixVersions: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
    labels: z.array(z.string()).nullish(),
    components: z.array(Named).nullish(),
    assignee: z
      .object({ accountId: z.string(), displayName: z.string().nullish(), accountType: z.string().nullish() })
      .nullish(),
    created: z.string().nullish(),
    issuelinks: z
      .array(
        z.object({
          type: z.object({ name: z.string(), inward: z.string(), outward: z.string() }),
          inwardIssue: Reference.nullish(),
          outwardIssue: Reference.nullish(),
        }),
      )
      .nullish(),
  }),
});
export type IssueApi = z.infer<typeof IssueApi>;

/** The fields an audit asks for; a search gives only ids unless told. */
export const ISSUE_FIELDS = [
  'summary',
  'issuetype',
  'status',
  'resolution',
  'project',
  'parent',
  'subtasks',
  'fixVersions',
  'labels',
  'components',
  'assignee',
  'created',
  'issuelinks',
] as const;

export const SearchApi = z.object({
  issues: z.array(IssueApi),
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
});

export const BulkIssuesApi = z.object({ issues: z.array(IssueApi).default([]) });

export const StatusesApi = z.array(Status.extend({ id: z.string() }));

export const ChangelogsApi = z.object({
  issueChangeLogs: z
    .array(
      z.object({
        issueId: z.string(),
        changeHistories: z
          .array(
            z.object({
              /** Milliseconds in the bulk answer, ISO text elsewhere. */
              created: z.union([z.number(), z.string()]),
              items: z.array(
                z.object({
                  field: z.string().nullish(),
                  fieldId: z.string().nullish(),
                  from: z.string().nullish(),
                  to: z.string().nullish(),
                }),
              ),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  nextPageToken: z.string().nullish(),
});

export function toIssue({ id, key, fields }: IssueApi, siteUrl: string, source: string): IssueFacts {
  const { assignee } = fields;
  return {
    key,
    id,
    project: fields.project?.key ?? key.replace(/-\d+$/, ''),
    summary: fields.summary ?? '',
    type: fields.issuetype?.name ?? '',
    subtask: fields.issuetype?.subtask ?? false,
    parent: fields.parent?.key ?? null,
    subtasks: (fields.subtasks ?? []).map((subtask) => subtask.key),
    status: fields.status?.name ?? '',
    statusCategory: fields.status?.statusCategory?.key ?? 'undefined',
    resolution: fields.resolution?.name ?? null,
    // No more of them than a report names.
    fixVersions: (fields.fixVersions ?? []).map((version) => ({ id: version.id, name: version.name })),
    labels: fields.labels ?? [],
    components: (fields.components ?? []).map(({ name }) => name),
    links: (fields.issuelinks ?? []).flatMap(({ type, inwardIssue, outwardIssue }) => [
      ...(inwardIssue ? [{ type: type.name, relation: type.inward, key: inwardIssue.key }] : []),
      ...(outwardIssue ? [{ type: type.name, relation: type.outward, key: outwardIssue.key }] : []),
    ]),
    assignee: assignee
      ? {
          username: NOT_KNOWN,
          name: assignee.displayName ?? NOT_KNOWN,
          emails: NOT_KNOWN,
          accountId: assignee.accountId,
          bot: assignee.accountType == null ? NOT_KNOWN : assignee.accountType === 'app',
        }
      : null,
    reopenedAt: NOT_KNOWN,
    addedToVersionAt: NOT_KNOWN,
    url: `${siteUrl.replace(/\/+$/, '')}/browse/${key}`,
    source,
  };
}
