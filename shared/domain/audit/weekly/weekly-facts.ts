import * as z from 'zod';
import { Instant } from '../facts/instant.ts';

/** An issue that was touched in the week, or waits. */
export const WeeklyIssue = z.object({
  key: z.string(),
  summary: z.string(),
  status: z.string(),
  statusCategory: z.enum(['new', 'indeterminate', 'done', 'undefined']),
  assignee: z.string().nullable(),
  /** When it came into the category "done"; null when it is not done. */
  doneAt: Instant.nullable(),
  url: z.string(),
});
export type WeeklyIssue = z.infer<typeof WeeklyIssue>;

export const WeeklyComment = z.object({
  /** `PROJ-1` or `group/app!12`. */
  subject: z.string(),
  author: z.string(),
  at: Instant,
  /** Plain text or Markdown. */
  text: z.string(),
  url: z.string(),
});
export type WeeklyComment = z.infer<typeof WeeklyComment>;

/** Something that was made: a merged merge request, a tag, a release, an audit. */
export const WeeklyArtefact = z.object({
  kind: z.enum(['merge-request', 'tag', 'release', 'deployment', 'audit', 'run']),
  title: z.string(),
  at: Instant,
  url: z.string(),
});
export type WeeklyArtefact = z.infer<typeof WeeklyArtefact>;

/** What a weekly report is made from. */
export const WeeklyFacts = z.object({
  since: Instant,
  until: Instant,
  issues: z.array(WeeklyIssue),
  comments: z.array(WeeklyComment),
  artefacts: z.array(WeeklyArtefact),
  /** How each kind was searched, for people: the JQL, the repositories. Printed where a section is empty. */
  filters: z.object({ issues: z.string(), comments: z.string(), artefacts: z.string() }),
  /** What could not be seen, each as one sentence. */
  gaps: z.array(z.string()),
});
export type WeeklyFacts = z.infer<typeof WeeklyFacts>;
