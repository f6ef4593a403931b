import { expect, it } from 'vitest';
import {
  aFindingRow,
  anAuditReport,
  aReportChange,
  aReportCommit,
  aReportStory,
  shaOf,
} from '../../../../test/builders/audit-report.ts';
import { commitsTable } from './commits-table.ts';
import { collectFacets } from './facets.ts';
import { findingsTable } from './findings-table.ts';
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

it('gives a commit that two repositories have the facets of its own row', () => {
  const commits = ['group/app', 'group/fork'].map((repository) =>
    aReportCommit({ sha: shaOf(1), repository, change: `${repository}@${shaOf(1)}` }),
  );
  const report = anAuditReport({ commits });
  const facets = [...commitsTable(report, collectFacets(report)).rows.facets()];
  expect(facets.map(({ repository }) => repository)).toEqual([['group/app'], ['group/fork']]);
});

it('gives a change the branches and days of its commits, each once and in their order', () => {
  const of = (committedAt: string, ...branches: string[]) => ({ change: 'group/app!9', committedAt, branches });
  const commits = [
    aReportCommit({ sha: shaOf(1), ...of('2026-01-03T00:00:00.000Z', 'main') }),
    aReportCommit({ sha: shaOf(2), ...of('2026-01-01T00:00:00.000Z', 'main', 'release') }),
    aReportCommit({ sha: shaOf(3), ...of('2026-01-03T10:00:00.000Z', 'release') }),
  ];
  const change = aReportChange({ id: 'group/app!9', keys: [], commits: commits.map(({ sha }) => sha) });
  const story = aReportStory({ key: 'PROJ-9', changes: [change.id], mentions: [change.id] });
  const facets = collectFacets(anAuditReport({ commits, changes: [change], stories: [story] }));
  const places = { repository: ['group/app'], branch: ['main', 'release'], date: ['2026-01-03', '2026-01-01'] };
  expect(facets.ofChange(change)).toMatchObject(places);
  expect(facets.ofStory(story)).toMatchObject(places);
  expect(facets.of(shaOf(2))).toMatchObject({ ...places, branch: ['main', 'release'], date: ['2026-01-01'] });
});

it('says of a waived finding why, by whom and until when in one sentence', () => {
  const waived = { reason: 'It passed by hand.', by: 'carol', until: '2026-12-31' };
  const findings = [aFindingRow({ waived }), aFindingRow({ waived: { ...waived, by: null, until: null } })];
  const report = anAuditReport({ findings });
  expect([...findingsTable(report, collectFacets(report)).rows].map(({ cells }) => cells.at(-1))).toEqual([
    'It passed by hand, by carol, until 2026-12-31',
    'It passed by hand.',
  ]);
});
