import * as z from 'zod';
import { known } from './known.ts';
import { SourceId } from './source.ts';

/** The audited fix version in one Jira project. */
export const VersionFacts = z.object({
  project: z.string(),
  id: z.string(),
  name: z.string(),
  released: z.boolean(),
  /** `2026-11-28`, as Jira stores it: a day without a time zone. */
  releaseDate: z.iso.date().nullable(),
  /** `issuesFixedCount` of `relatedIssueCounts`: it also counts issues that a search hides. */
  fixedIssueCount: known(z.int()),
  url: z.string(),
  source: SourceId,
});
export type VersionFacts = z.infer<typeof VersionFacts>;
