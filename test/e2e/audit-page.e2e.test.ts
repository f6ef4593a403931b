import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { renderPage } from '../../shared/domain/audit/page/render-page.ts';
import { findFaults } from '../browser/find-faults.ts';
import { browserPath, startBrowser } from '../browser/start-browser.ts';
import {
  aFindingRow,
  anAuditReport,
  aReportChange,
  aReportCommit,
  aReportStory,
  shaOf,
} from '../builders/audit-report.ts';

const finding = aFindingRow();
const orphan = aFindingRow({
  id: 'commit-without-ticket group/app!2',
  rule: 'commit-without-ticket',
  severity: 'medium',
  subject: { kind: 'change', id: 'group/app!2' },
});
const report = anAuditReport({
  findings: [finding, orphan],
  stories: [
    aReportStory(),
    aReportStory({
      key: 'PROJ-2',
      summary: '<script>window.attacked = 1</script><img src=x onerror="window.attacked = 2">',
      status: 'In Review',
      assignee: null,
      coverage: 'none',
      changes: [],
      findings: [finding.id],
    }),
    aReportStory({ key: 'PROJ-10', summary: '=1+1', labels: ['api'], components: ['web'] }),
  ],
  changes: [
    aReportChange(),
    aReportChange({ iid: 2, keys: [], title: 'Tidy up', findings: [orphan.id], commits: [shaOf(2)] }),
  ],
  commits: [
    aReportCommit(),
    aReportCommit({ sha: shaOf(2), change: 'group/app!2', keys: [], committedAt: '2026-11-25T08:00:00.000Z' }),
  ],
});

describe.skipIf(browserPath === undefined)('the page of an audit, opened from a disk', () => {
  let folder: string;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requests: string[];
  let errors: string[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'audit-page-'));
    await writeFile(path.join(folder, 'audit.html'), renderPage(report));
    url = pathToFileURL(path.join(folder, 'audit.html')).href;
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ acceptDownloads: true });
    page = await context.newPage();
    requests = [];
    errors = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(url);
  });

  afterEach(() => context.close());

  const rowsOf = (table: string) => page.locator(`table[data-table="${table}"] tbody tr`);
  const firstCells = (table: string) => rowsOf(table).locator('td:first-child').allTextContents();

  it('makes no request, and runs nothing that a ticket says', async () => {
    expect(requests).toEqual([url]);
    expect(errors).toEqual([]);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(await page.title()).toBe('Release audit 2.4.0');
  });

  it('is complete without script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(url);
    expect(await page.locator('table[data-table="stories"] tbody tr').count()).toBe(3);
    expect(await page.locator('form#filters').isVisible()).toBe(false);
    expect(await page.locator('.result').textContent()).toBe('findings: 1 high, 1 medium');
    await plain.close();
  });

  it.each([
    { name: 'is switched off', options: { javaScriptEnabled: false }, policy: '' },
    { name: 'is forbidden by a server', options: {}, policy: "script-src 'none'" },
  ])('shows every row of a long table where script $name', async ({ options, policy }) => {
    const stories = Array.from({ length: 300 }, (_, index) => aReportStory({ key: `PROJ-${index + 1}`, sources: [] }));
    const html = [...renderPage(anAuditReport({ stories }))].join('');
    const file = path.join(folder, 'long.html');
    const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    await writeFile(file, policy === '' ? html : html.replace('<head>', `<head>${meta}`));
    const plain = await browser.newContext(options);
    const page = await plain.newPage();
    await page.goto(pathToFileURL(file).href);
    const rows = page.locator('table[data-table="stories"] tbody tr');
    expect(await rows.count()).toBe(300);
    expect([await rows.nth(0).isVisible(), await rows.nth(250).isVisible(), await rows.nth(299).isVisible()]).toEqual([
      true,
      true,
      true,
    ]);
    await plain.close();
  });

  it('filters every table, and keeps the filter in the address', async () => {
    await page.selectOption('select[name="status"]', 'In Review');
    expect(await firstCells('stories')).toEqual(['PROJ-2']);
    expect(page.url()).toContain('#status=In+Review');

    const other = await context.newPage();
    await other.goto(page.url());
    expect(await other.locator('table[data-table="stories"] tbody tr').count()).toBe(1);

    await page.click('button[type="reset"]');
    await expect.poll(() => rowsOf('stories').count()).toBe(3);
    await page.fill('input[name="text"]', 'greet');
    expect(await firstCells('stories')).toEqual(['PROJ-1']);
    await page.fill('input[name="text"]', '');
    await page.fill('input[name="from"]', '2026-11-24');
    expect(await firstCells('commits')).toEqual([shaOf(2).slice(0, 12)]);
  });

  it('takes a figure to the rows behind it', async () => {
    await page.click('.figures a:has-text("orphans")');
    expect(await firstCells('changes')).toEqual(['group/app!2']);
    expect(await page.evaluate('document.activeElement.id')).toBe('changes');
  });

  it('sorts by the keyboard and says so', async () => {
    const header = page.locator('table[data-table="stories"] th').first();
    await header.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await firstCells('stories')).toEqual(['PROJ-1', 'PROJ-10', 'PROJ-2']);
    await page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await firstCells('stories')).toEqual(['PROJ-2', 'PROJ-10', 'PROJ-1']);
  });

  it('saves as CSV just the rows that are shown, and no formula', async () => {
    await page.selectOption('select[name="component"]', 'web');
    const shown = await firstCells('stories');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-csv="stories"]')]);
    const text = await readFile(await download.path(), 'utf8');
    const lines = text.trim().split('\r\n').slice(1);
    expect(lines.map((line) => line.split(',')[0])).toEqual(shown);
    expect(lines[0]).toContain("'=1+1");
  });

  it('shows where a row is known from', async () => {
    await rowsOf('changes').first().locator('[data-source]').first().click();
    expect(await page.locator('tr.lit').textContent()).toContain('repository/commits');
  });

  it('compares with the file of another audit, and says when it is none', async () => {
    const before = anAuditReport({ stories: [aReportStory({ status: 'In Review' })] });
    await page.setInputFiles('#other', {
      name: 'before.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(before)),
    });
    const difference = page.locator('#difference');
    await expect.poll(() => difference.locator('li.added').allTextContents()).toContain('PROJ-2');
    expect(await difference.locator('li.changed').allTextContents()).toContain('PROJ-1: status "In Review" → "Done"');
    await page.setInputFiles('#other', { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await expect.poll(() => difference.textContent()).toBe('x.json is not the audit.json of an audit.');
    expect(requests).toEqual([url]);
  });

  it('prints every row', async () => {
    expect((await page.pdf({ format: 'A4', landscape: true })).length).toBeGreaterThan(10_000);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious fault for people who cannot see it well (%s)',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      // The policy of the page lets no script in but its own, so the checker is evaluated from outside.
      expect(await findFaults(page, colorScheme === 'dark' ? { only: 'colours' } : {})).toEqual([]);
    },
  );

  it('keeps 20,000 rows out of the way of a filter', async () => {
    const stories = Array.from({ length: 20_000 }, (_, index) =>
      aReportStory({ key: `PROJ-${index + 1}`, assignee: `Person ${index % 50}`, changes: [], sources: [] }),
    );
    const file = path.join(folder, 'large.html');
    await writeFile(file, [...renderPage(anAuditReport({ stories }))].join(''));
    await page.goto(pathToFileURL(file).href);
    await page.selectOption('select[name="assignee"]', 'Person 7');
    expect(await page.locator('#stories-count').textContent()).toBe('200 shown of 400 that match, 20000 rows in all');
    await page.click('[data-all="stories"]');
    expect(await rowsOf('stories').count()).toBe(400);
  });
});
