import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { type RunningBoard, startBoard } from '../../cli/commands/board/start-board.ts';
import { listen } from '../../sandbox/http/listen.ts';
import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { browserPath, startBrowser } from '../../test/browser/start-browser.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { median } from '../bench-tools/take-turns.ts';
import { fillStorage } from '../growth/fill-storage.ts';

const RUNS = 10_000;
const ROUNDS = 9;
/** What a table of Azure takes from a person's machine to answer. */
const STORAGE_MS = 20;
const WINDOW = { width: 1280, height: 900 };

/**
 * From asking for the list of runs, with nothing in the browser's cache, to its first paint, over 10,000 runs in a
 * storage that takes 20 ms for each request; against a page of one sentence from a server that does nothing else. Both
 * are opened as the address that `cmap board` prints is: by a page that leads to them, for which the browser starts the
 * process that shows them. The note has when the rows are painted. `undefined` without a browser.
 */
export async function benchBoardFirstPaint(): Promise<BenchLine | undefined> {
  if (browserPath === undefined) return undefined;
  const ended = new AbortController();
  const floorPage = await serveFloorPage();
  const browser = await startBrowser();
  let board: RunningBoard | undefined;
  try {
    board = await startFilledBoard(ended.signal);
    const { url } = board;
    const rounds: { floor: Painted; ours: Painted }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1)
      rounds.push({ floor: await measurePaint(floorPage.url, browser), ours: await measurePaint(url, browser) });
    return toLine(rounds.slice(1));
  } finally {
    await browser.close();
    ended.abort();
    await board?.close();
    await floorPage.close();
  }
}

/** In milliseconds since the page was asked for. */
interface Painted {
  firstPaint: number;
  rows: number;
}

function toLine(rounds: readonly { floor: Painted; ours: Painted }[]): BenchLine {
  const floor = median(rounds.map((round) => round.floor.firstPaint));
  const ours = median(rounds.map((round) => round.ours.firstPaint));
  const rows = median(rounds.map((round) => round.ours.rows));
  const slowest = Math.max(...rounds.map((round) => round.ours.firstPaint));
  return {
    name: `first paint of the board, ${RUNS} runs`,
    unit: 'ms',
    floor,
    ours,
    ratio: ours / floor,
    limit: 4,
    note: `slowest ${slowest.toFixed(0)} ms; its 50 rows after ${rows.toFixed(0)} ms, of which each request to storage takes ${STORAGE_MS} ms`,
  };
}

async function startFilledBoard(ended: AbortSignal): Promise<RunningBoard> {
  const storage = createMemoryStorage();
  const { rows } = storage.parts;
  await fillStorage(rows, { runs: RUNS, projects: 10, now: Date.now() });
  for (const one of Object.values(rows)) slowDown(one);
  const tools = createMemoryTools({ storage, mappings: { PROJ: { repo: 'group/app' } } });
  return startBoard({ tools, env: {}, clock: systemClock, ended });
}

function slowDown(rows: Rows): void {
  const { find, list } = rows;
  Object.assign(rows, {
    async find(...asked) {
      await delay(STORAGE_MS);
      return find(...asked);
    },
    async *list(...asked) {
      await delay(STORAGE_MS);
      yield* list(...asked);
    },
  } satisfies Pick<Rows, 'find' | 'list'>);
}

/** Two pages, of which the first leads to the second, as on the board. */
async function serveFloorPage(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const page = FLOOR_PAGES.get(request.url ?? '');
    response.writeHead(page === undefined ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // By this the browser takes a process of its own for the first page, and keeps it for the second.
      'cross-origin-opener-policy': 'same-origin',
    });
    response.end(page);
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}/`, close };
}

const FLOOR_PAGES: ReadonlyMap<string, string> = new Map([
  ['/', '<!DOCTYPE html><html lang="en"><title>Floor</title><meta http-equiv="refresh" content="0; url=/runs">'],
  ['/runs', '<!DOCTYPE html><html lang="en"><title>Floor</title><p>A sentence.'],
]);

async function measurePaint(url: string, browser: Browser): Promise<Painted> {
  // A context of its own has neither cache nor cookies.
  const context = await browser.newContext({ viewport: WINDOW });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH_ROWS);
    await page.goto(url);
    await page.waitForURL('**/runs', { waitUntil: 'load' });
    return { firstPaint: await readFirstPaint(page), rows: await readRowsPaint(page) };
  } finally {
    await context.close();
  }
}

function readFirstPaint(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) =>
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true }))`);
}

/** When the frame after the one with the last row began; of a page without a table, nothing. */
function readRowsPaint(page: Page): Promise<number> {
  return page.evaluate<number>('document.querySelector("#runs") ? window.rowsPainted : 0');
}

const WATCH_ROWS = `window.rowsPainted = new Promise((resolve) =>
  document.addEventListener('DOMContentLoaded', () =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))))`;
