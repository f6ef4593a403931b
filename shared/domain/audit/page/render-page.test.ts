import { expect, it } from 'vitest';
import { anAuditReport, aReportCommit, shaOf } from '../../../../test/builders/audit-report.ts';
import { renderPage } from './render-page.ts';
import { MAX_PAGE_ROWS } from './render-table.ts';

const pageOf = (commits: number) =>
  [
    ...renderPage(
      anAuditReport({
        commits: Array.from({ length: commits }, (_, index) =>
          aReportCommit({ sha: shaOf(index), subject: `Row ${index};` }),
        ),
      }),
    ),
  ].join('');

it('has every row of a table as long as a browser can show it, and can be compared', () => {
  const page = pageOf(MAX_PAGE_ROWS);
  expect(page).toContain(`Row ${MAX_PAGE_ROWS - 1};`);
  expect(page).toContain('id="report"');
  expect(page).not.toContain('These are the first');
});

it('says what a longer table leaves out and where it is, and leaves the comparison to the command', () => {
  const page = pageOf(MAX_PAGE_ROWS + 1);
  expect(page).toContain(`Row ${MAX_PAGE_ROWS - 1};`);
  expect(page).not.toContain(`Row ${MAX_PAGE_ROWS};`);
  expect(page).toContain('These are the first 20,000 of 20,001 rows');
  expect(page).toContain('<code>csv/commits.csv</code>');
  expect(page).not.toContain('id="report"');
  expect(page).toContain('cmap audit diff');
});
