import { escapeXml } from '../render/escape-xml.ts';
import type { AuditReport } from '../report/audit-report.ts';

interface Figure {
  value: string;
  name: string;
  /** Where the rows behind it are: a table, and the filter that leaves just them. */
  to?: { table: string; filter?: string };
}

/** The totals, the coverage, the gaps and the orphans, each a link to the rows behind it. */
export function renderFigures({ summary }: AuditReport): string {
  const { counts, coverage, findingsBySeverity: severity, findingsByRule: rule } = summary;
  const figures: Figure[] = [
    {
      value: coverage.ratio === null ? 'none needed' : `${Math.floor(coverage.ratio * 1000) / 10} %`,
      name: `coverage: ${coverage.withNetCode} of ${coverage.needCode} stories that need code`,
      to: { table: 'stories' },
    },
    { value: String(counts.stories), name: 'stories', to: { table: 'stories' } },
    {
      value: String(counts.storiesWithoutCode),
      name: 'stories without code (gaps)',
      to: { table: 'stories', filter: 'finding=issue-without-code' },
    },
    { value: String(counts.mergeRequests), name: 'merge requests', to: { table: 'changes' } },
    {
      value: String(counts.directPushes),
      name: 'direct pushes',
      to: { table: 'changes', filter: 'finding=commit-without-mr' },
    },
    {
      value: String(counts.changesWithoutTicket),
      name: 'changes without ticket (orphans)',
      to: { table: 'changes', filter: 'finding=commit-without-ticket' },
    },
    { value: String(counts.commits), name: 'commits', to: { table: 'commits' } },
    ...(counts.commitsOutOfScope === 0
      ? []
      : [{ value: String(counts.commitsOutOfScope), name: 'commits outside the paths', to: { table: 'commits' } }]),
    { value: String(counts.agentChanges), name: 'changes written by the agent', to: { table: 'changes' } },
    { value: String(severity.high), name: 'high findings', to: { table: 'findings' } },
    { value: String(severity.medium + severity.low), name: 'medium and low findings', to: { table: 'findings' } },
    { value: String(counts.findingsWaived), name: 'waived findings', to: { table: 'findings' } },
    {
      value: String(counts.gaps),
      name: 'things that could not be seen',
      to: { table: 'findings', ...(rule.incomplete ? { filter: 'finding=incomplete' } : {}) },
    },
  ];
  return `<ul class="figures">${figures.map(renderFigure).join('')}</ul>`;
}

function renderFigure({ value, name, to }: Figure): string {
  const body = `<b>${escapeXml(value)}</b> <small>${escapeXml(name)}</small>`;
  if (!to) return `<li><span class="box">${body}</span></li>`;
  const filter = to.filter === undefined ? '' : ` data-filter="${escapeXml(to.filter)}"`;
  return `<li><a href="#${to.table}"${filter}>${body}</a></li>`;
}
