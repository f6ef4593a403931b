import type { AuditReport } from '../report/audit-report.ts';
import type { ReportFacets } from './facets.ts';
import { linked } from './row-addresses.ts';
import { rowsOf, type Table } from './table.ts';

/** One row a commit of the range; each commit stands there once. */
export function commitsTable(report: AuditReport, facets: ReportFacets): Table {
  return {
    id: 'commits',
    title: 'Commits',
    caption: 'Each row is one commit between the two pinned commits, with all branches that contain it.',
    columns: [
      { key: 'sha', title: 'Commit', width: 14, kind: 'text' },
      { key: 'subject', title: 'Subject', width: 70, kind: 'text' },
      { key: 'author', title: 'Author', width: 24, kind: 'text' },
      { key: 'committedAt', title: 'Committed at', width: 22, kind: 'time' },
      { key: 'change', title: 'Change', width: 30, kind: 'text' },
      { key: 'tickets', title: 'Tickets', width: 20, kind: 'text' },
      { key: 'branches', title: 'Branches', width: 24, kind: 'text' },
      { key: 'revertedBy', title: 'Reverted by', width: 14, kind: 'text' },
      { key: 'run', title: 'Agent run', width: 20, kind: 'text' },
      { key: 'inScope', title: 'Judged', width: 10, kind: 'text' },
      { key: 'repository', title: 'Repository', width: 24, kind: 'text' },
    ],
    rows: rowsOf(
      report.commits,
      (commit) => ({
        id: commit.sha,
        cells: [
          linked(commit.sha.slice(0, 12), commit.url),
          commit.subject,
          commit.author,
          commit.committedAt,
          commit.change,
          commit.keys,
          commit.branches,
          commit.revertedBy?.slice(0, 12) ?? '',
          commit.run ?? '',
          commit.inScope ? 'yes' : 'no, outside the paths of the binding',
          commit.repository,
        ],
        sources: [commit.source],
      }),
      facets.ofCommit,
    ),
  };
}
