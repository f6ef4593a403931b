import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderPage } from '../../shared/domain/audit/page/render-page.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { browserPath, startBrowser } from '../../test/browser/start-browser.ts';
import { anAuditReport, aReportStory } from '../../test/builders/audit-report.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { withFolder } from '../bench-tools/run-large-audit.ts';
import { median } from '../bench-tools/take-turns.ts';

const ROWS = 20_000;
const BAR_MS = 100;
const ROUNDS = 15;

/** From the choice of a filter over 20,000 rows to the page that shows what is left, laid out, in a real browser. */
export async function benchAuditFilter(): Promise<BenchLine> {
  const line = { name: 'audit page, filter 20,000 rows', unit: 'ms', floor: BAR_MS, limit: 1 };
  if (browserPath === undefined) return { ...line, ours: 0, ratio: 0, note: 'not measured: no Chromium here' };
  const ours = await withFolder(async (folder) => {
    const stories = Array.from({ length: ROWS }, (_, index) =>
      aReportStory({ key: `PROJ-${index + 1}`, assignee: `Person ${index % 50}`, changes: [], sources: [] }),
    );
    const file = path.join(folder, 'audit.html');
    await writeFile(file, [...renderPage(anAuditReport({ stories }))].join(''));
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href, { timeout: 10 * MINUTE });
      const times = (await page.evaluate(MEASURE)) as number[];
      return median(times.slice(1));
    } finally {
      await browser.close();
    }
  });
  return {
    ...line,
    ours,
    ratio: ours / BAR_MS,
    note: `median of ${ROUNDS}; the bar is ${BAR_MS} ms; by assignee and by text in turns`,
  };
}

/** Runs in the page. Reading a height makes the browser lay the rows out, which belongs to what a person waits for. */
const MEASURE = `(() => {
  const times = [];
  for (let round = 0; round <= ${ROUNDS}; round += 1) {
    const isText = round % 2 === 1;
    const field = document.querySelector(isText ? '[name="text"]' : '[name="assignee"]');
    const startedAt = performance.now();
    field.value = isText ? 'proj-' + round : 'Person ' + (round % 50);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    void document.body.offsetHeight;
    times.push(performance.now() - startedAt);
  }
  return times;
})()`;
