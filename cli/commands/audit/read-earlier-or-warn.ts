import { TaskError } from '../../../shared/kernel/errors.ts';
import type { ReadEarlierAudit } from '../../../shared/services/audit/evidence/record-earlier-audit.ts';
import type { AuditPlan } from '../../../shared/services/audit/plan/audit-plan.ts';
import { createReadEarlierAudit } from '../../../shared/services/audit/read-earlier-audit.ts';
import type { AuditServices } from '../../clients/audit-tools.ts';
import type { CliIO } from '../../io/io.ts';

/**
 * People who audit may not be allowed to read the kept audits; then it is not known whether a tag moved since one of
 * them.
 */
export function readEarlierOrWarn(
  kept: NonNullable<AuditServices['kept']>,
  { fixVersion }: AuditPlan,
  io: Pick<CliIO, 'warn'>,
): ReadEarlierAudit {
  return async () => {
    try {
      return await createReadEarlierAudit(await kept(), fixVersion)();
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      io.warn(
        `cmap: whether a tag or branch moved since the last audit is not known: the kept audits could not be read (${error.code}).`,
      );
      return undefined;
    }
  };
}
