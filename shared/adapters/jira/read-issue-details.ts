import * as z from 'zod';
import type {
  DetailOptions,
  IssueAttachment,
  IssueDetails,
  IssueField,
  RelatedIssue,
} from '../../domain/ports/jira.ts';
import { listOf } from '../http/list-of.ts';
import { AttachmentResponse } from './api-schemas.ts';
import { fieldToMarkdown } from './field-to-markdown.ts';
import { readTime, readUser } from './read-issue.ts';

const DETAIL_FIELDS = ['issuetype', 'priority', 'parent', 'subtasks', 'components', 'fixVersions', 'duedate'] as const;
/** A name is known only together with all fields; these are large, and comments are read where they are wanted. */
const ALL_FIELDS = ['*all', '-comment', '-worklog', '-attachment', '-votes', '-watches'] as const;
const FIELD_ID = /^customfield_\d+$/;

const Named = z.object({ name: z.string() });
const Related = z.object({
  key: z.string(),
  fields: z
    .object({ summary: z.string().catch(''), status: Named.catch({ name: '' }) })
    .catch({ summary: '', status: { name: '' } }),
});
const Link = z.object({
  type: z.object({ inward: z.string().catch(''), outward: z.string().catch('') }),
  inwardIssue: Related.nullish().catch(null),
  outwardIssue: Related.nullish().catch(null),
});

/** Nothing here decides anything, so nothing that cannot be read may keep an issue from being read. */
const DetailsResponse = z.object({
  names: z.record(z.string(), z.string()).nullish().catch(null),
  fields: z.looseObject({
    issuetype: Named.nullish().catch(null),
    priority: Named.nullish().catch(null),
    parent: Related.nullish().catch(null),
    subtasks: listOf(Related).catch([]),
    issuelinks: listOf(Link).catch([]),
    components: listOf(Named).catch([]),
    fixVersions: listOf(Named).catch([]),
    duedate: z.string().nullish().catch(null),
    attachment: z.array(z.unknown()).nullish().catch(null),
  }),
});

/** The fields to ask Jira for, so that one request brings them. */
export function fieldsFor(basic: readonly string[], { fields, attachments = false }: DetailOptions): readonly string[] {
  if (namesAny(fields)) return ALL_FIELDS.filter((field) => !attachments || field !== '-attachment');
  return [...new Set([...basic, ...DETAIL_FIELDS, ...fields, ...(attachments ? ['attachment'] : [])])];
}

export function expandFor({ fields }: DetailOptions): string {
  return namesAny(fields) ? 'changelog,names' : 'changelog';
}

function namesAny(fields: readonly string[]): boolean {
  return fields.some((field) => !FIELD_ID.test(field));
}

/** Reads the details of an answer. Never throws: what is absent, empty or of an unknown form is left out. */
export function readIssueDetails(answer: unknown, wanted: DetailOptions): IssueDetails {
  const parsed = DetailsResponse.safeParse(answer);
  if (!parsed.success) return { subtasks: [], links: [], components: [], fixVersions: [], fields: [] };
  const { names, fields } = parsed.data;
  const { issuetype, priority, parent, duedate } = fields;
  return {
    ...(issuetype ? { type: issuetype.name } : {}),
    ...(priority ? { priority: priority.name } : {}),
    ...(parent ? { parent: toRelated(parent) } : {}),
    subtasks: fields.subtasks.map(toRelated),
    links: fields.issuelinks.flatMap(({ type, inwardIssue, outwardIssue }) => [
      ...(inwardIssue ? [{ relation: type.inward, ...toRelated(inwardIssue) }] : []),
      ...(outwardIssue ? [{ relation: type.outward, ...toRelated(outwardIssue) }] : []),
    ]),
    components: fields.components.map(({ name }) => name),
    fixVersions: fields.fixVersions.map(({ name }) => name),
    ...(duedate ? { dueDate: duedate } : {}),
    fields: wanted.fields.flatMap((asked) => readField(asked, fields, names ?? {})),
    ...(wanted.attachments ? { attachments: (fields.attachment ?? []).flatMap(toAttachment) } : {}),
  };
}

function toAttachment(answer: unknown): IssueAttachment[] {
  const parsed = AttachmentResponse.safeParse(answer);
  if (!parsed.success) return [];
  const { id, filename, size, mimeType, author, created } = parsed.data;
  const by = author ? { author: readUser(author) } : {};
  return [{ id, name: filename, size, mimeType, ...by, createdAt: readTime(created) }];
}

function toRelated({ key, fields }: z.infer<typeof Related>): RelatedIssue {
  return { key, summary: fields.summary, status: fields.status.name };
}

/** Jira allows two fields of one name; the first that is not empty counts. */
function readField(
  asked: string,
  fields: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): IssueField[] {
  const sought = asked.toLowerCase();
  const named = Object.keys(names).filter((id) => names[id]?.toLowerCase() === sought);
  for (const id of [asked, ...named]) {
    const text = Object.hasOwn(fields, id) ? fieldToMarkdown(fields[id]) : '';
    if (text !== '') return [{ asked, name: names[id] ?? asked, text }];
  }
  return [];
}
