import * as z from 'zod';
import { Instant } from './instant.ts';

/** Name of an entry in `AuditFacts.sources`, unique in one audit; every fact names the one it was read from. */
export const SourceId = z.string().min(1);
export type SourceId = z.infer<typeof SourceId>;

/** Where facts were read: one answer of a service, one run of git, or the run ledger. */
export const Source = z.object({
  id: SourceId,
  service: z.enum(['gitlab', 'jira', 'git', 'ledger', 'other']),
  /** Address that was read, without credentials; `git:` and `ledger:` for what has no address. */
  url: z.string(),
  readAt: Instant,
  /** SHA-256 of the stored answer in hexadecimal; null where none was stored. */
  sha256: z.string().nullable(),
});
export type Source = z.infer<typeof Source>;
