import { expect, it } from 'vitest';
import { anAuditReport, aReportCommit, shaOf } from '../../../../test/builders/audit-report.ts';
import { commitsTable } from './commits-table.ts';
import { collectFacets } from './facets.ts';
import { rowsOf, sliceRows } from './table.ts';

it('gives the facets of some rows without making a row', () => {
  const facets = collectFacets(anAuditReport());
  const unmade = () => {
    throw new TypeError('No row was wanted.');
  };
  const rows = sliceRows(
    rowsOf([1, 2, 3], unmade, () => facets.of('x')),
    1,
    3,
  );
  expect([...rows.facets()]).toHaveLength(2);
});

it('shares the facets of commits of a change that have its branches and day, and of no others', () => {
  const commits = [
    aReportCommit({ sha: shaOf(1) }),
    aReportCommit({ sha: shaOf(2) }),
    aReportCommit({ sha: shaOf(3), branches: ['main', 'other'] }),
    aReportCommit({ sha: shaOf(4), committedAt: '2026-01-02T00:00:00.000Z' }),
    aReportCommit({ sha: shaOf(5), repository: 'group/other' }),
  ];
  const report = anAuditReport({ commits });
  const [first, second, ...others] = commitsTable(report, collectFacets(report)).rows.facets();
  expect(second).toBe(first);
  expect(others.map(({ branch, date, repository }) => [branch, date, repository])).toEqual(
    commits
      .slice(2)
      .map(({ branches, committedAt, repository }) => [branches, [committedAt.slice(0, 10)], [repository]]),
  );
});
