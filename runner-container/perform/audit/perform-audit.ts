import type { AuditReport } from '../../../shared/domain/audit/report/audit-report.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { AuditTask } from '../../../shared/domain/runs/task.ts';
import { planAudit } from '../../../shared/services/audit/plan-audit.ts';
import { createReadAgentRuns } from '../../../shared/services/audit/read-agent-runs.ts';
import { createReadEarlierAudit } from '../../../shared/services/audit/read-earlier-audit.ts';
import { completeAudit } from '../../../shared/services/audit/run-audit.ts';
import { storeAudit } from '../../../shared/services/audit/store-audit.ts';
import type { ActiveRun } from '../run/active-run.ts';

/**
 * Audits a release into the archive, under the id of the run: an attempt that follows a killed one goes on in the same
 * folder, asks no finished question again and changes no file. The run is done with findings too, and when not
 * everything could be seen; its result says which.
 */
export async function performAudit(
  { task, context, deps }: ActiveRun<AuditTask>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { audit, clock, log } = deps;
  if (!audit) return { kind: 'give-up', code: 'jira-unauthorized', detail: 'JIRA_URL is not configured.' };
  const { bindings } = await deps.mapping();
  const { labels: scope, ...request } = task;
  const planned = planAudit({ ...request, scope }, bindings.list);
  if ('problem' in planned) return { kind: 'give-up', code: 'audit-not-planned', detail: planned.problem };

  const { plan } = planned;
  const { archive, ledger } = audit;
  const place = { fixVersion: plan.fixVersion, auditId: context.run.runId };
  const evidence = { files: archive.evidence(place, scope), place: archive.describe(place) };
  const readAgentRuns = createReadAgentRuns(ledger, plan.mappedProjects);
  const readEarlierAudit = createReadEarlierAudit(archive, plan.fixVersion, place.auditId);
  const reads = { evidence, readAgentRuns, readEarlierAudit };
  const { report, files } = await completeAudit(plan, { ...audit, ...reads, clock, log }, signal);
  const page = await storeAudit(files, { archive, place, scope }, signal);
  return { kind: 'done', result: { what: `audit-${report.summary.result}`, summary: describe(report, page) } };
}

/** Two lines for `cmap run show`: how it came out, and where it is. */
function describe({ summary }: AuditReport, page: string): string {
  const { result, coverage, counts, findingsBySeverity: open, ranges } = summary;
  const seen = result === 'incomplete' ? `incomplete: ${counts.gaps} things could not be seen. ` : '';
  return [
    `${seen}${open.high} high, ${open.medium} medium and ${open.low} low findings, ${counts.findingsWaived} waived; ` +
      `${coverage.withNetCode} of ${coverage.needCode} stories have code; ` +
      `${counts.mergeRequests} merge requests and ${counts.commits} commits in ${ranges.length} ranges`,
    page,
  ].join('\n');
}
