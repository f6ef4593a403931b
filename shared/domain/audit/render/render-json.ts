import { canonicalJson, canonicalJsonChunks } from '../../../kernel/canonical-json.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { ReportCommit } from '../report/commit.ts';
import type { Rows, WrittenRows } from '../report/rows.ts';

/** Between the items of a list of the report, as `canonicalJson` writes it. */
const BETWEEN = ',\n    ';

/** Items of a list of the report, as they are written there. */
export function canonicalItems(items: readonly unknown[]): string {
  return items.map((item) => canonicalJson([item]).slice(1, -2)).join(BETWEEN);
}

/** The report as canonical JSON, piece by piece. Commits that are kept as they are written are not written anew. */
export function* renderJson(report: AuditReport): Generator<string> {
  const commits: Rows<ReportCommit> = report.commits;
  if (!isWritten(commits) || commits.length === 0) {
    yield* canonicalJsonChunks({ ...report, commits: [...commits] });
    return;
  }
  let isPlace = false;
  for (const piece of canonicalJsonChunks({ ...report, commits: [] })) {
    if (isPlace) yield* listOf(commits);
    else yield piece;
    isPlace = piece.endsWith('\n  "commits": ');
  }
}

function isWritten(rows: Rows<ReportCommit>): rows is WrittenRows<ReportCommit> {
  return 'texts' in rows;
}

function* listOf(rows: WrittenRows<ReportCommit>): Generator<string> {
  let before = '[\n    ';
  for (const text of rows.texts()) {
    yield `${before}${text}`;
    before = BETWEEN;
  }
  yield '\n  ]';
}
