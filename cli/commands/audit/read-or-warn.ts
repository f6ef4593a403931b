import { NOT_KNOWN } from '../../../shared/domain/audit/facts/known.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { ReadAgentRuns } from '../../../shared/services/audit/evidence/record-agent-runs.ts';
import type { AuditPlan } from '../../../shared/services/audit/plan/audit-plan.ts';
import { createReadAgentRuns } from '../../../shared/services/audit/read-agent-runs.ts';
import type { AuditServices } from '../../clients/audit-tools.ts';
import type { CliIO } from '../../io/io.ts';

/**
 * People who audit may not be allowed to read the ledger; then what it would say is not known, which no rule takes for
 * a pass.
 */
export function readOrWarn(
  ledger: NonNullable<AuditServices['ledger']>,
  { mappedProjects }: AuditPlan,
  io: Pick<CliIO, 'warn'>,
): ReadAgentRuns {
  return async (repositories) => {
    try {
      return await createReadAgentRuns(await ledger(), mappedProjects)(repositories);
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      io.warn(
        `cmap: who asked the agent for its changes is not known: the run ledger could not be read (${error.code}).`,
      );
      return NOT_KNOWN;
    }
  };
}
