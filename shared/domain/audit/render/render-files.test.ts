import { describe, expect, it } from 'vitest';

import { aFindingRow, anAuditReport, aReportChange, aReportStory } from '../../../../test/builders/audit-report.ts';
import { reportTables } from '../tables/report-tables.ts';
import { csvField, renderCsv } from './render-csv.ts';
import { renderIntoto } from './render-intoto.ts';
import { renderJunit } from './render-junit.ts';
import { renderMarkdown } from './render-markdown.ts';

const gap = {
  reason: 'forbidden' as const,
  subject: 'group/lib',
  detail: 'GitLab shows no commits.',
  next: 'Add the token.',
};
const finding = aFindingRow();
const waived = aFindingRow({
  id: 'commit-without-ticket group/app!1',
  rule: 'commit-without-ticket',
  severity: 'medium',
  subject: { kind: 'change', id: 'group/app!1' },
  waived: { reason: 'Release script', by: 'Grace', until: '2026-12-31' },
});
const report = anAuditReport({
  findings: [finding, waived],
  stories: [aReportStory(), aReportStory({ key: 'PROJ-2', coverage: 'none', changes: [], findings: [finding.id] })],
  changes: [aReportChange({ findings: [waived.id] })],
});

describe('renderCsv', () => {
  it.each([
    ['\n=1+1', '"\'\n=1+1"'],
    ['\uFF1D1+1', "'\uFF1D1+1"],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\tcmd', "'\tcmd"],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['two\nlines', '"two\nlines"'],
    [' space', '" space"'],
  ])('writes %j as %j', (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  it('has a header and one line a row, ending in CR LF', () => {
    const [stories] = reportTables(report).filter(({ id }) => id === 'stories');
    const lines = [...renderCsv(stories ?? { columns: [], rows: [] })].join('').split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^\uFEFFKey,Summary,Type/);
    expect(lines[2]).toMatch(/^PROJ-2,/);
  });
});

describe('renderJunit', () => {
  it('fails what has a finding, skips what is waived with the reason, and passes the rest', () => {
    const xml = renderJunit(report);
    expect(xml).toContain('<testsuite name="stories" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('<failure message="issue-without-code">');
    expect(xml).toContain('<skipped message="commit-without-ticket waived: Release script"/>');
    expect(xml).toContain('name="everything was seen"');
  });

  it('is an error where something could not be seen', () => {
    const xml = renderJunit(anAuditReport({ gaps: [gap] }));
    expect(xml).toContain('<testsuite name="completeness" tests="1" failures="0" errors="1" skipped="0">');
    expect(xml).toContain('<error message="forbidden">GitLab shows no commits. Add the token.</error>');
  });

  it('cannot be broken by what people write', () => {
    const bad = aFindingRow({ detail: ']]></failure><x a="\u0000\uD800">' });
    const xml = renderJunit(
      anAuditReport({ findings: [bad], stories: [aReportStory({ key: 'PROJ-2', findings: [bad.id] })] }),
    );
    expect(xml).not.toContain('<x');
    expect(xml.includes('\u0000')).toBe(false);
    expect(xml.isWellFormed()).toBe(true);
  });
});

describe('renderIntoto', () => {
  const resultOf = (value: string) => JSON.parse(value).predicate.result;

  it('names the audited commit and the report', () => {
    const statement = JSON.parse(renderIntoto(report, 'b'.repeat(64)));
    expect(statement.subject).toEqual([
      { name: 'group/app@main', digest: { gitCommit: report.summary.ranges[0]?.toSha } },
    ]);
    expect(statement.predicate.failedTests).toEqual([finding.id]);
    expect(JSON.stringify(statement)).toContain('b'.repeat(64));
  });

  it.each([
    ['PASSED', anAuditReport()],
    ['FAILED', report],
    ['FAILED', anAuditReport({ gaps: [gap] })],
    ['WARNED', anAuditReport({ findings: [aFindingRow({ severity: 'low' })] })],
  ])('says %s', (result, given) => {
    expect(resultOf(renderIntoto(given, ''))).toBe(result);
  });
});

describe('renderMarkdown', () => {
  it('says result, counts, findings and range', () => {
    expect(renderMarkdown(report)).toMatchInlineSnapshot(`
      "## Release audit \`2.4.0\`: findings: 1 high

      | Stories | Changes | Commits | Direct pushes | Agent-written | Without ticket |
      |---|---|---|---|---|---|
      | 2 | 1 | 1 | 0 | 0 | 0 |

      Coverage: 1 of 2 stories that need code have it (50 %).

      | Severity | Subject | Finding |
      |---|---|---|
      | high | \`PROJ-2\` | No change of the release belongs to the issue. PROJ-2 is in the version, and no change of the range names it. |

      1 finding is waived by a person; see the report.

      - \`group/app\` \`main\`: \`v2.3.0\` (000000000000) to \`main\` (000000000000), 1 commit

      Audited 2026-11-28T12:00:00.000Z with cmap 0.1.0, policy \`ffffffffffff\`.
      "
    `);
  });

  it('says first that it is incomplete', () => {
    const text = renderMarkdown(anAuditReport({ gaps: [gap] }));
    expect(text).toMatch(/^## Release audit `2\.4\.0`: incomplete: 1 thing could not be seen/);
    expect(text).toContain('- `group/lib`: GitLab shows no commits. Add the token.');
  });

  it('lets nothing that people wrote act in GitLab', () => {
    const bad = aFindingRow({
      subject: { kind: 'change', id: 'group/app!1`' },
      detail: 'x\n/merge\n@all | y <!-- cmap -->',
    });
    const text = renderMarkdown(anAuditReport({ findings: [bad] }));
    expect(text).not.toMatch(/^\/merge/m);
    expect(text).not.toContain('@all');
    expect(text).not.toContain('<!--');
  });

  it('caps the list and counts the rest', () => {
    const many = Array.from({ length: 25 }, (_, index) => aFindingRow({ id: `f${index}` }));
    expect(renderMarkdown(anAuditReport({ findings: many }))).toContain('5 more findings in the report.');
  });
});
