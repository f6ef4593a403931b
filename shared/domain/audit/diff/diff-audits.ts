import { findMovedRefs } from '../moved/find-moved-refs.ts';
import type { AuditReport } from '../report/audit-report.ts';
import { compareText } from '../report/compare-text.ts';
import type { AuditDiff, RowsDiff } from './audit-diff.ts';
import { diffRows } from './diff-rows.ts';

/**
 * What changed from audit `a` to audit `b`: exactly the rows that were added, removed or changed, with the fields.
 * Where a fact was read and when does not count, nor do the lists of findings in rows, since findings are compared
 * themselves.
 */
export function diffAudits(a: AuditReport, b: AuditReport): AuditDiff {
  const rows = {
    ranges: diffRows(a.summary.ranges, b.summary.ranges, (row) => `${row.repository} ${row.branch}`),
    stories: diffRows(a.stories, b.stories, (row) => row.key, ['findings', 'sources']),
    changes: diffRows(a.changes, b.changes, (row) => row.id, ['findings', 'sources']),
    commits: diffRows(a.commits, b.commits, (row) => `${row.repository}@${row.sha}`, ['source']),
    links: diffRows(a.links, b.links, (row) => `${row.key} ${row.change}`),
    findings: diffRows(a.findings, b.findings, (row) => row.id, ['sources']),
    waivers: diffRows(a.waivers, b.waivers, (row) => row.id, ['findings']),
    gaps: diffRows(a.gaps, b.gaps, (row) => `${row.reason} ${row.subject}`),
  };
  const policyChanged = a.summary.policySha256 !== b.summary.policySha256;
  const sameRelease = a.summary.fixVersion === b.summary.fixVersion && a.summary.environment === b.summary.environment;
  return {
    schema: 'cmap.audit-diff.v1',
    a: sideOf(a),
    b: sideOf(b),
    same: sameRelease && !policyChanged && Object.values(rows).every(isEmpty),
    coverageDelta: deltaOf(a, b),
    policyChanged,
    moved: movedOf(a, b),
    ...rows,
    orphans: orphansOf(a, b),
  };
}

/**
 * A branch that looks like a version is rare, and one that goes forward is then named too rather than a tag that moved
 * left out.
 */
const VERSION = /^v?\d+\.\d+(?:\.\d+)*$/;

function movedOf(a: AuditReport, b: AuditReport): AuditDiff['moved'] {
  if (a.summary.fixVersion !== b.summary.fixVersion) return [];
  const commits = new Set(b.commits.map(({ repository, sha }) => `${repository}@${sha}`));
  const known = new Set(b.gaps.filter(({ reason }) => reason === 'moved-ref').map(({ subject }) => subject));
  return findMovedRefs(a.summary.ranges, {
    ranges: b.summary.ranges,
    has: (repository, sha) => commits.has(`${repository}@${sha}`),
    isTag: (repository, ref) => VERSION.test(ref) || known.has(`${repository}@${ref}`),
  }).map(({ subject, detail }) => ({ subject, detail }));
}

function sideOf({ summary }: AuditReport): AuditDiff['a'] {
  const { fixVersion, auditedAt, toolVersion, policySha256, result, coverage } = summary;
  return { fixVersion, auditedAt, toolVersion, policySha256, result, coverage };
}

function isEmpty({ added, removed, changed }: RowsDiff): boolean {
  return added.length + removed.length + changed.length === 0;
}

function deltaOf(a: AuditReport, b: AuditReport): number | null {
  const before = a.summary.coverage.ratio;
  const after = b.summary.coverage.ratio;
  return before === null || after === null ? null : Math.round((after - before) * 10_000) / 10_000;
}

function orphansOf(a: AuditReport, b: AuditReport): AuditDiff['orphans'] {
  const orphans = (report: AuditReport) =>
    new Set(report.findings.filter((one) => one.rule === 'commit-without-ticket').map((one) => one.subject.id));
  const before = orphans(a);
  const after = orphans(b);
  return {
    added: [...after].filter((id) => !before.has(id)).sort(compareText),
    removed: [...before].filter((id) => !after.has(id)).sort(compareText),
  };
}
