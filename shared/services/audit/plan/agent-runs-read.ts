import type { AgentRunFacts } from '../../../domain/audit/facts/agent-run.ts';
import type { CriteriaMark } from '../../../domain/audit/facts/criteria-mark.ts';

/** Runs of the agent on the merge requests of a release, and the ids of those that are there and cannot be read. */
export interface AgentRunsRead {
  runs: AgentRunFacts[];
  /** What reviews of them say about the criteria of tickets. */
  marks: CriteriaMark[];
  unreadable: readonly string[];
}
