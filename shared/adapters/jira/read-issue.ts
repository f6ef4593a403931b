import { ANONYMOUS } from '../../domain/accounts/anonymous.ts';
import {
  type Issue,
  type IssueChange,
  type IssueComment,
  type JiraUser,
  MARKER_PROPERTY,
  type Transition,
} from '../../domain/ports/jira.ts';
import { adfToMarkdown } from './adf/adf-to-markdown.ts';
import { listMentions } from './adf/list-mentions.ts';
import { splitMention } from './adf/split-mention.ts';
import {
  type CommentResponse,
  HistoryResponse,
  type IssueResponse,
  type TransitionResponse,
  type UserResponse,
} from './api-schemas.ts';

/** Everything of an issue but what only its changelog knows. */
export type IssueWithoutRevision = Omit<Issue, 'revision' | 'movedBy' | 'changes' | 'hasOlderChanges'>;

/** Jira's answer in our words; `siteUrl` is where people look, which need not be where the API is. */
export function readIssue({ id, key, fields, properties }: IssueResponse, siteUrl: string): IssueWithoutRevision {
  const marker = properties?.[MARKER_PROPERTY];
  const { status, assignee, reporter, creator, issuelinks } = fields;
  return {
    id,
    key,
    projectKey: key.slice(0, key.lastIndexOf('-')),
    summary: fields.summary ?? '',
    description: adfToMarkdown(fields.description),
    status: { id: status.id, name: status.name, category: status.statusCategory?.key ?? 'undefined' },
    ...(assignee ? { assignee: readUser(assignee) } : {}),
    ...(reporter ? { reporter: readUser(reporter) } : {}),
    ...(creator === null ? { createdAnonymously: true as const } : {}),
    labels: fields.labels ?? [],
    blockedBy: (issuelinks ?? []).flatMap(({ type, inwardIssue }) =>
      inwardIssue && isBlocking(type)
        ? [{ key: inwardIssue.key, done: inwardIssue.fields?.status.statusCategory.key === 'done' }]
        : [],
    ),
    ...(marker === undefined ? {} : { marker }),
    updatedAt: readTime(fields.updated),
    url: `${siteUrl.replace(/\/+$/, '')}/browse/${encodeURIComponent(key)}`,
  };
}

export function readUser({ accountId, displayName, accountType }: UserResponse): JiraUser {
  return { accountId, displayName, ...(accountType ? { accountType } : {}) };
}

export function readComment(response: CommentResponse): IssueComment {
  const { id, author, body, created, updated, visibility, jsdPublic } = response;
  const createdAt = readTime(created);
  const mentions = listMentions(body);
  const split = splitMention(body);
  return {
    id,
    author: author ? readUser(author) : ANONYMOUS,
    body: adfToMarkdown(body),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(split ? { addressed: { mention: split.mention, rest: adfToMarkdown(split.rest) } } : {}),
    ...(visibility != null || jsdPublic === false ? { restricted: true } : {}),
    createdAt,
    updatedAt: readTime(updated) || createdAt,
  };
}

export function readTransition({ id, name, to, fields }: TransitionResponse): Transition {
  const required = Object.entries(fields ?? {}).flatMap(([key, field]) =>
    field.required && !field.hasDefaultValue ? [field.name || key] : [],
  );
  return { id, name, to, ...(required.length > 0 ? { requiredFields: required } : {}) };
}

/**
 * The newest status or assignee change, or `undefined` when there is none among these. Entries that cannot be read are
 * left out.
 */
export function findNewestMove(histories: unknown[]): HistoryResponse | undefined {
  return histories
    .flatMap((history) => HistoryResponse.safeParse(history).data ?? [])
    .filter(({ items }) => items.some(({ field, fieldId }) => MOVES.has(fieldId ?? field)))
    .reduce<HistoryResponse | undefined>(
      (newest, next) => (newest && !isNewer(next, newest) ? newest : next),
      undefined,
    );
}

/** What was done to status, assignee and labels, newest first. Entries that cannot be read are left out. */
export function listChanges(histories: unknown[]): IssueChange[] {
  return histories
    .flatMap((history) => HistoryResponse.safeParse(history).data ?? [])
    .sort((a, b) => (isNewer(a, b) ? -1 : 1))
    .flatMap(({ id, author, created, items }) =>
      items.flatMap((item): IssueChange[] => {
        const at = readTime(created);
        const field = CHANGES.get(item.fieldId ?? item.field);
        if (!field) return [];
        const { to, fromString, toString: toName } = item;
        return [
          {
            id,
            field,
            toId: to,
            from: fromString,
            to: toName,
            ...(author ? { by: readUser(author) } : {}),
            ...(at ? { at } : {}),
          },
        ];
      }),
    );
}

const CHANGES = new Map<string, IssueChange['field']>([
  ['status', 'status'],
  ['assignee', 'assignee'],
  ['labels', 'labels'],
]);

const MOVES = new Set(['status', 'assignee']);

/** The order of a changelog is not the same in all answers; ids grow, and say which of two at one moment is later. */
function isNewer(a: HistoryResponse, b: HistoryResponse): boolean {
  const difference = readTime(a.created) - readTime(b.created);
  return difference > 0 || (difference === 0 && BigInt(a.id) > BigInt(b.id));
}

/** Administrators may rename the link type or its sides; either name is enough. */
function isBlocking({ name, inward }: { name: string; inward: string }): boolean {
  return name.toLowerCase() === 'blocks' || inward.toLowerCase() === 'is blocked by';
}

/** Jira writes `+0000`, the standard wants `+00:00`. Zero when there is no time. */
/** Milliseconds; 0 for what is no time. */
export function readTime(text: string): number {
  return Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) || 0;
}
