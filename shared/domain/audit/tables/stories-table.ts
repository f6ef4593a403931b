import type { AuditReport } from '../report/audit-report.ts';
import type { ReportFacets } from './facets.ts';
import { linked } from './row-addresses.ts';
import { rowsOf, type Table } from './table.ts';

const COVERAGE: Record<AuditReport['stories'][number]['coverage'], string> = {
  code: 'code',
  subtask: 'code of a subtask',
  incorporated: 'code of another issue',
  'no-code-needed': 'no code needed',
  none: 'no code',
};

/** One row an issue of the version. */
export function storiesTable(report: AuditReport, facets: ReportFacets): Table {
  return {
    id: 'stories',
    title: 'Stories',
    caption: 'Each row is one issue of the fix version, with the changes whose code counts for it.',
    columns: [
      { key: 'key', title: 'Key', width: 14, kind: 'text' },
      { key: 'summary', title: 'Summary', width: 60, kind: 'text' },
      { key: 'type', title: 'Type', width: 14, kind: 'text' },
      { key: 'status', title: 'Status', width: 16, kind: 'text' },
      { key: 'assignee', title: 'Assignee', width: 22, kind: 'text' },
      { key: 'labels', title: 'Labels', width: 20, kind: 'text' },
      { key: 'components', title: 'Components', width: 20, kind: 'text' },
      { key: 'versions', title: 'Fix versions', width: 16, kind: 'text' },
      { key: 'coverage', title: 'Coverage', width: 20, kind: 'text' },
      { key: 'changes', title: 'Changes', width: 34, kind: 'text' },
      { key: 'mentions', title: 'Mentions', width: 30, kind: 'text' },
      { key: 'findings', title: 'Findings', width: 10, kind: 'number' },
    ],
    rows: rowsOf(
      report.stories,
      (story) => ({
        id: story.key,
        cells: [
          linked(story.key, story.url),
          story.summary,
          story.type,
          story.status,
          story.assignee ?? '',
          story.labels,
          story.components,
          story.fixVersions,
          describeCoverage(story),
          story.changes,
          story.mentions,
          story.findings.length,
        ],
        sources: story.sources,
      }),
      facets.ofStory,
    ),
  };
}

function describeCoverage({ coverage, coveredBy, noCodeReason }: AuditReport['stories'][number]): string {
  const more = coverage === 'no-code-needed' ? noCodeReason : coveredBy;
  return more === null ? COVERAGE[coverage] : `${COVERAGE[coverage]}: ${more}`;
}
