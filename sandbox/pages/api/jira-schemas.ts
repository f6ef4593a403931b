import * as z from 'zod';
import type { AdfNode } from '../../../shared/adapters/jira/adf/adf.ts';

const at = z.string().transform((text) => Date.parse(text.replace(/\+0000$/, 'Z')));
// The sandbox's own Jira gives nothing else for a text.
const Document = z.custom<AdfNode>((value) => typeof value === 'object' && value !== null);

export const User = z
  .object({ accountId: z.string(), displayName: z.string() })
  .transform(({ accountId, displayName }) => ({ id: accountId, name: displayName }));
export type User = z.output<typeof User>;

export const Status = z
  .object({ name: z.string(), statusCategory: z.object({ key: z.enum(['new', 'indeterminate', 'done']) }) })
  .transform(({ name, statusCategory }) => ({ name, category: statusCategory.key }));
export type Status = z.output<typeof Status>;

export const Issue = z
  .object({
    key: z.string(),
    fields: z.object({
      summary: z.string(),
      description: Document.nullish(),
      status: Status,
      assignee: User.nullish(),
      reporter: User.nullish(),
      labels: z.array(z.string()).default([]),
      project: z.object({ key: z.string() }),
      created: at,
      updated: at,
    }),
  })
  .transform(({ key, fields: { project, created, updated, description, assignee, reporter, ...fields } }) => ({
    key,
    ...fields,
    description: description ?? undefined,
    assignee: assignee ?? undefined,
    reporter: reporter ?? undefined,
    project: project.key,
    createdAt: created,
    updatedAt: updated,
  }));
export type Issue = z.output<typeof Issue>;

export const Found = z.object({ issues: z.array(Issue), nextPageToken: z.string().optional() });

export const Transition = z
  .object({ id: z.string(), name: z.string(), to: Status })
  .transform(({ to, ...transition }) => ({ ...transition, to: to.name }));
export type Transition = z.output<typeof Transition>;

export const Comment = z
  .object({ id: z.string(), author: User.optional(), body: Document, created: at })
  .transform(({ created, author, ...comment }) => ({
    ...comment,
    author: author?.name ?? 'Anonymous',
    createdAt: created,
  }));
export type Comment = z.output<typeof Comment>;

const ChangeItem = z
  .object({ field: z.string(), fromString: z.string().nullish(), toString: z.string().nullish() })
  .transform((item) => ({ field: item.field, from: item.fromString ?? '', to: item.toString ?? '' }));

export const Change = z
  .object({ author: User, created: at, items: z.array(ChangeItem) })
  .transform(({ author, created, items }) => ({ author: author.name, at: created, items }));
export type Change = z.output<typeof Change>;

export const RemoteLink = z
  .object({ object: z.object({ url: z.string(), title: z.string() }) })
  .transform(({ object }) => object);
export type RemoteLink = z.output<typeof RemoteLink>;

export const IssueType = z.object({ id: z.string(), name: z.string() });
