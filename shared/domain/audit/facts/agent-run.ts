import * as z from 'zod';
import { Sha } from './commit.ts';
import { known } from './known.ts';
import { Person } from './person.ts';
import { SourceId } from './source.ts';

/** A run of the coding agent as the run ledger has it. Only the ledger knows who asked for the change. */
export const AgentRunFacts = z.object({
  runId: z.string(),
  /** Project path of the repository it changed. */
  repository: z.string(),
  /** null when the run opened or changed no merge request. */
  mergeRequestIid: z.int().nullable(),
  commits: z.array(Sha),
  requester: known(Person),
  model: known(z.string()),
  /** What a person let pass that the gate refuses: files, rules and who; absent where nothing was. */
  allowed: z.array(z.string()).optional(),
  source: SourceId,
});
export type AgentRunFacts = z.infer<typeof AgentRunFacts>;
