import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser } from '../test/browser/start-browser.ts';
import { FAILED_RUN } from '../test/builders/board.ts';
import { startOrdinaryBoard } from '../test/builders/ordinary-board.ts';

/**
 * `npm run screenshots`: takes the pictures of the README in docs/images anew, of the board over example data. Needs a
 * Chromium. They are taken by hand, because fonts differ from machine to machine.
 */
const folder = path.resolve(import.meta.dirname, '../docs/images');

const PICTURES = [
  { name: 'board-runs', path: '/runs', height: 620 },
  { name: 'board-run', path: `/runs/${FAILED_RUN}`, height: 900 },
  { name: 'board-cost', path: '/cost', height: 820 },
] as const;

const ended = new AbortController();
const { board } = await startOrdinaryBoard(ended.signal);
const browser = await startBrowser();
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1100, height: 620 }, colorScheme: 'light' });
  await page.goto(board.url);
  await page.waitForURL('**/runs');
  for (const picture of PICTURES) await take(page, picture);
} finally {
  await browser.close();
  ended.abort();
  await board.close();
}

async function take(page: Page, { name, path: place, height }: (typeof PICTURES)[number]): Promise<void> {
  await page.setViewportSize({ width: 1100, height });
  await page.goto(new URL(place, board.url).href);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  process.stdout.write(`docs/images/${name}.png\n`);
}
