import { projectOf } from '../links/ticket-index.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { ReportChange } from '../report/change.ts';
import { isChangeLabel } from '../report/change-label.ts';
import { compareText } from '../report/compare-text.ts';
import type { Finding } from '../report/finding.ts';
import { findCandidates } from './find-candidates.ts';
import type { Fix, FixPlan } from './fix.ts';

/**
 * What `cmap audit fix` would do about the findings of a report that are not waived, in their order. Titles are
 * proposed, not changed; a ticket is created only where no story fits; the agent is handed stories that are not done
 * and have no code, but for those whose code may be there: proposed for a change, or created for one.
 */
export function planFixes(report: AuditReport): FixPlan {
  const changes = new Map(report.changes.map((change) => [change.id, change]));
  const planned = report.findings
    .filter((finding) => finding.waived === null)
    .map((finding) => ({ finding, fix: planFix(finding, report, changes) }));
  const proposed = new Set(
    planned.flatMap(({ fix }) => (fix?.kind === 'propose-key' ? fix.candidates.map(({ key }) => key) : [])),
  );
  const fixes: Fix[] = [];
  const left: FixPlan['left'] = [];
  const done = new Set<string>();
  for (const { finding, fix } of planned) {
    if (!fix || (fix.kind === 'hand-to-agent' && proposed.has(fix.key)))
      left.push({ finding: finding.id, next: finding.next });
    // Two changes of one ticket need its fix version set once.
    else if (fix.kind !== 'set-fix-version' || !done.has(fix.key)) fixes.push(fix);
    if (fix?.kind === 'set-fix-version') done.add(fix.key);
  }
  return { schema: 'cmap.audit-fix.v1', fixVersion: report.summary.fixVersion, fixes, left };
}

function planFix(finding: Finding, report: AuditReport, changes: ReadonlyMap<string, ReportChange>): Fix | undefined {
  const base = { finding: finding.id, why: finding.detail };
  const { fixVersion } = report.summary;
  const change = changes.get(finding.subject.id);
  const [key] = finding.related;
  switch (finding.rule) {
    case 'ticket-not-in-version':
      // About a project it says that the version itself is missing, which a person has to decide.
      return change && key !== undefined ? { ...base, kind: 'set-fix-version', key, fixVersion } : undefined;
    case 'commit-without-ticket':
      return change && planTicket(base, finding, change, report);
    case 'issue-without-code': {
      const story = report.stories.find((one) => one.key === finding.subject.id);
      if (!story || story.statusCategory === 'done') return undefined;
      // Its code is there already: what is missing is its key in the change it was created for.
      if (story.labels.some(isChangeLabel)) return undefined;
      return { ...base, kind: 'hand-to-agent', key: story.key, summary: story.summary };
    }
    default:
      return undefined;
  }
}

function planTicket(
  base: { finding: string; why: string },
  finding: Finding,
  change: ReportChange,
  report: AuditReport,
): Fix {
  const candidates = change.iid === null ? [] : findCandidates(change, finding.related, report.stories);
  const [best] = candidates;
  if (best && change.iid !== null)
    return {
      ...base,
      kind: 'propose-key',
      repository: change.repository,
      mergeRequestIid: change.iid,
      candidates,
      proposedTitle: `${best.key}: ${change.title}`,
    };
  return {
    ...base,
    kind: 'create-ticket',
    change: change.id,
    project: usualProject(change.repository, report),
    summary: change.title,
    fixVersion: report.summary.fixVersion,
    url: change.url,
  };
}

/** The audited project most changes of the repository belong to; the first one when none says. */
function usualProject(repository: string, report: AuditReport): string {
  const { projects } = report.summary;
  const keys = report.changes.filter((one) => one.repository === repository).flatMap((one) => one.keys);
  const counts = Map.groupBy(
    keys.map(projectOf).filter((project) => projects.includes(project)),
    (project) => project,
  );
  const most = [...counts].sort(([a, x], [b, y]) => y.length - x.length || compareText(a, b))[0];
  return most?.[0] ?? projects[0] ?? '';
}
