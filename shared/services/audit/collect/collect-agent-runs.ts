import type { AuditFacts } from '../../../domain/audit/facts/audit-facts.ts';
import { NOT_KNOWN, type NotKnown } from '../../../domain/audit/facts/known.ts';
import type { AgentRunsRead } from '../plan/agent-runs-read.ts';
import type { RunPlaces } from '../plan/run-places.ts';
import type { Asker } from './ask/asker.ts';

/**
 * What the run ledger says of a release; "not known" where none can be read. A run that cannot be read may be of any
 * change, so it is a gap.
 */
export async function collectAgentRuns(
  places: readonly RunPlaces[],
  read: ((places: readonly RunPlaces[]) => Promise<AgentRunsRead | NotKnown>) | undefined,
  asker: Pick<Asker, 'addGap'>,
): Promise<Pick<AuditFacts, 'agentRuns' | 'criteriaMarks'>> {
  const answer = read ? await read(places) : NOT_KNOWN;
  if (answer === NOT_KNOWN) return { agentRuns: NOT_KNOWN };
  for (const runId of answer.unreadable)
    asker.addGap({
      reason: 'source-unreadable',
      subject: runId,
      detail: `The run ledger has ${runId} and its row cannot be read: whether it made a change of this release, and who asked for it, is not known.`,
      next: 'Mend the row of this run in the table of runs, or find out why it is as it is, and run the audit again.',
    });
  return { agentRuns: answer.runs, ...(answer.marks.length > 0 ? { criteriaMarks: answer.marks } : {}) };
}
