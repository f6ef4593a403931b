import type { AgentRunFacts } from '../../../domain/audit/facts/agent-run.ts';

/** Runs of the agent on the merge requests of a release, and the ids of those that are there and cannot be read. */
export interface AgentRunsRead {
  runs: AgentRunFacts[];
  unreadable: readonly string[];
}
