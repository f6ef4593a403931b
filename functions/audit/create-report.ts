import { weeklyReport } from '../../shared/domain/audit/weekly/weekly-report.ts';
import { bindingName } from '../../shared/domain/mapping/binding-key.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import type { RunLedger } from '../../shared/domain/ports/run-ledger.ts';
import { type Clock, MINUTE } from '../../shared/kernel/clock.ts';
import { createKeep } from '../../shared/kernel/create-keep.ts';
import { collectWeekly } from '../../shared/services/audit/weekly/collect-weekly.ts';
import type { SendWeeklyDeps } from '../../shared/services/audit/weekly/send-weekly.ts';
import type { KeptDayFiles } from '../../shared/services/runs/archive/kept-days.ts';

export interface ReportDeps {
  jira: Jira;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  /** Takes credentials out of what people wrote. */
  mask: (text: string) => string;
  ledger: RunLedger;
  ledgerFiles: KeptDayFiles;
  clock: Clock;
}

/**
 * Makes weekly reports as `cmap report weekly` does, but for audits, which the functions may not read. The report for a
 * second place is the one that was just made for the first.
 */
export function createReport({ ledger, ledgerFiles, clock, ...deps }: ReportDeps): SendWeeklyDeps['report'] {
  const keep = createKeep({ ms: 15 * MINUTE, max: 2, clock });
  const history = { ledger: async () => ledger, ledgerFiles: async () => ledgerFiles };
  return (bindings, span) => {
    const names = bindings.map(bindingName);
    return keep(JSON.stringify([names, span.since]), async () =>
      weeklyReport(await collectWeekly(bindings, span, { ...deps, history })),
    );
  };
}
