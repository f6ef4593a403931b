import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';

import { aFindingRow, anAuditReport, aReportCommit, aReportStory, shaOf } from '../../../test/builders/audit-report.ts';
import { MAX_LINKS } from './sheet-xml.ts';
import { writeWorkbook } from './write-workbook.ts';

const NAMES = ['Summary', 'Findings', 'Stories', 'Changes', 'Commits', 'Links', 'Waivers', 'Sources'];
const report = anAuditReport({
  findings: [aFindingRow({ detail: '=cmd|x' })],
  stories: [aReportStory(), aReportStory({ key: 'PROJ-2', changes: [], coverage: 'none', findings: ['x', 'y'] })],
});

describe('writeWorkbook', () => {
  it('is opened by another reader, with every sheet, its header and its rows', async () => {
    const bytes = Buffer.from(await writeWorkbook(report));
    for (const name of NAMES) expect((await readSheet(bytes, name)).length, name).toBeGreaterThan(0);
    const stories = await readSheet(bytes, 'Stories');
    expect(stories[0]?.slice(0, 4)).toEqual(['Key', 'Summary', 'Type', 'Status']);
    expect(stories.slice(1).map((row) => row[0])).toEqual(['PROJ-1', 'PROJ-2']);
    const findings = stories[0]?.indexOf('Findings') ?? -1;
    expect(stories[2]?.[findings]).toBe(2);
    const summary = new Map((await readSheet(bytes, 'Summary')).map(([name, value]) => [name, value]));
    expect(summary.get('Release')).toBe('2.4.0');
    expect(summary.get('Stories without code')).toBe(1);
  });

  it('keeps the header in view, filters, links to Jira, and writes a formula as text', async () => {
    const parts = unzipSync(await writeWorkbook(report));
    const sheets = Object.keys(parts)
      .filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name))
      .map((name) => strFromU8(parts[name] ?? new Uint8Array()));
    expect(sheets).toHaveLength(NAMES.length);
    for (const sheet of sheets) expect(sheet).toMatch(/<pane [^>]*state="frozen"/);
    expect(sheets.filter((sheet) => sheet.includes('<autoFilter ')).length).toBe(NAMES.length - 1);
    expect(sheets.some((sheet) => sheet.includes('<f>'))).toBe(false);
    const links = Object.keys(parts).filter((name) => name.includes('_rels/sheet'));
    expect(links.map((name) => strFromU8(parts[name] ?? new Uint8Array())).join('')).toContain(
      'https://jira.example/browse/PROJ-1',
    );
  });

  it('keeps a text that Excel or XML would read as something else, and drops what no file can hold', async () => {
    const detail = 'a < b & "c" _x0041_ \u0000\u0008ü 🙂';
    const bytes = Buffer.from(await writeWorkbook(anAuditReport({ findings: [aFindingRow({ detail })] })));
    const findings = await readSheet(bytes, 'Findings');
    const column = findings[0]?.indexOf('What is wrong') ?? -1;
    const xml = strFromU8(unzipSync(bytes)['xl/worksheets/sheet2.xml'] ?? new Uint8Array());
    expect(xml).toContain('_x005F_x0041_');
    expect(String(findings[1]?.[column]).replace('_x005F_', '_')).toBe('a < b & "c" _x0041_ ü 🙂');
  });

  it('links no more cells of a sheet than Excel takes, and says so', async () => {
    const commits = Array.from({ length: MAX_LINKS + 1 }, (_, index) => aReportCommit({ sha: shaOf(index) }));
    const parts = unzipSync(await writeWorkbook(anAuditReport({ commits })));
    const textOf = (name: string) => strFromU8(parts[`xl/worksheets/${name}`] ?? new Uint8Array());
    expect(textOf('sheet5.xml').match(/<hyperlink /g)).toHaveLength(MAX_LINKS);
    expect(textOf('_rels/sheet5.xml.rels').match(/<Relationship /g)).toHaveLength(MAX_LINKS);
    expect(textOf('sheet5.xml')).toContain(`<row r="${MAX_LINKS + 2}">`);
    expect(textOf('sheet1.xml')).toContain('Excel holds 65,530 links in a sheet');
  });

  it('has times as times in UTC, which the header says, to the second and without a zone of the reader', async () => {
    const commits = [
      aReportCommit({ committedAt: '2026-11-13T23:59:59.000Z' }),
      aReportCommit({ sha: shaOf(2), committedAt: '' }),
    ];
    const bytes = Buffer.from(await writeWorkbook(anAuditReport({ commits })));
    const [header, ...rows] = await readSheet(bytes, 'Commits');
    const column = header?.indexOf('Committed at (UTC)') ?? -1;
    expect(rows.map((row) => row[column])).toEqual([new Date('2026-11-13T23:59:59.000Z'), null]);
  });

  it.each(['1899-12-31T00:00:00.000Z', '+010000-01-01T00:00:00.000Z'])(
    'leaves %s as text, which Excel could not show as a time',
    async (committedAt) => {
      const bytes = Buffer.from(await writeWorkbook(anAuditReport({ commits: [aReportCommit({ committedAt })] })));
      const [header, row] = await readSheet(bytes, 'Commits');
      expect(row?.[header?.indexOf('Committed at (UTC)') ?? -1]).toBe(committedAt);
    },
  );

  it('shows long sentences whole, in a row that is as high as they need, and short ones in one of one line', async () => {
    const detail = 'a sentence of thirty-two letters '.repeat(10);
    const findings = [aFindingRow({ detail: 'Short.', next: 'Short.' }), aFindingRow({ id: 'f2', detail })];
    const xml = strFromU8(
      unzipSync(await writeWorkbook(anAuditReport({ findings })))['xl/worksheets/sheet2.xml'] ?? new Uint8Array(),
    );
    expect(xml).toContain('<row r="2"><');
    expect(xml).toContain('<row r="3" ht="75" customHeight="1">');
  });

  it('is printed as wide as a page, with the header on each', async () => {
    const parts = unzipSync(await writeWorkbook(report));
    const textOf = (name: string) => strFromU8(parts[name] ?? new Uint8Array());
    expect(textOf('xl/worksheets/sheet4.xml')).toMatch(
      /fitToPage="1".*<pageSetup orientation="landscape" fitToHeight="0"\/>/s,
    );
    expect(textOf('xl/workbook.xml').match(/_xlnm.Print_Titles/g)).toHaveLength(NAMES.length);
    expect(textOf('xl/workbook.xml')).toContain(`localSheetId="3">'Changes'!$1:$1<`);
  });

  it('gives the same bytes for the same report', async () => {
    expect(Buffer.from(await writeWorkbook(report)).equals(Buffer.from(await writeWorkbook(report)))).toBe(true);
  });
});
