import * as z from 'zod';
import { Instant } from './instant.ts';
import { known } from './known.ts';
import { Person } from './person.ts';
import { SourceId } from './source.ts';

/** `PROJ-12`, upper case. */
export const IssueKey = z.string().regex(/^[A-Z][A-Z0-9_]*-[1-9][0-9]*$/);
export type IssueKey = z.infer<typeof IssueKey>;

export const IssueLink = z.object({
  /** Name of the link type, such as `Cloners`. */
  type: z.string(),
  /** As seen from this issue, such as `is cloned by`. */
  relation: z.string(),
  key: IssueKey,
});
export type IssueLink = z.infer<typeof IssueLink>;

export const IssueFacts = z.object({
  key: IssueKey,
  /** Stays when the issue moves to another project. */
  id: z.string(),
  project: z.string(),
  summary: z.string(),
  type: z.string(),
  subtask: z.boolean(),
  parent: IssueKey.nullable(),
  subtasks: z.array(IssueKey),
  status: z.string(),
  /** Jira's three categories; `undefined` is Jira's own word for a status without one. */
  statusCategory: z.enum(['new', 'indeterminate', 'done', 'undefined']),
  resolution: z.string().nullable(),
  fixVersions: z.array(z.object({ id: z.string(), name: z.string() })),
  labels: z.array(z.string()),
  components: z.array(z.string()),
  links: z.array(IssueLink),
  assignee: Person.nullable(),
  /** Moments when the status left the category "done"; from the changelog, any order. */
  reopenedAt: known(z.array(Instant)),
  /** When the audited version was last added; null when it was there from the creation on. */
  addedToVersionAt: known(Instant.nullable()),
  url: z.string(),
  source: SourceId,
});
export type IssueFacts = z.infer<typeof IssueFacts>;

/** What Jira answered about a key that was read out of a commit, branch or merge request. */
export const KeyLookup = z.discriminatedUnion('answer', [
  z.object({ key: IssueKey, answer: z.literal('found'), source: SourceId }),
  z.object({ key: IssueKey, answer: z.literal('moved'), movedTo: IssueKey, source: SourceId }),
  z.object({ key: IssueKey, answer: z.literal('unknown'), source: SourceId }),
  z.object({ key: IssueKey, answer: z.literal('forbidden'), source: SourceId }),
]);
export type KeyLookup = z.infer<typeof KeyLookup>;
