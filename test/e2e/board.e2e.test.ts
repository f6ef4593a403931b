import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import type { RunningBoard } from '../../cli/commands/board/start-board.ts';
import { type DemoEnvironment, startDemoEnvironment } from '../../sandbox/demo/demo-environment.ts';
import { startSandboxBoard } from '../../sandbox/start/start-sandbox-board.ts';
import { toIso } from '../../shared/kernel/to-iso.ts';
import { findFaults } from '../browser/find-faults.ts';
import { browserPath, startBrowser } from '../browser/start-browser.ts';
import { FAILED_RUN, RUNNING_RUN } from '../builders/board.ts';
import { startOrdinaryBoard } from '../builders/ordinary-board.ts';
import type { MemoryStorage } from '../doubles/memory-storage.ts';
import { takeAzurite } from '../share-azurite.ts';

describe.skipIf(browserPath === undefined)('the board in a browser', () => {
  let browser: Browser;
  let storage: MemoryStorage;
  let board: RunningBoard;
  let ended: AbortController;
  let context: BrowserContext;
  let page: Page;
  let hosts: Set<string>;
  let errors: string[];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    ended = new AbortController();
    ({ board, storage } = await startOrdinaryBoard(ended.signal));
    context = await browser.newContext();
    page = await context.newPage();
    hosts = new Set();
    errors = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(board.url);
    await page.waitForURL('**/runs');
  });

  afterEach(async () => {
    await context.close();
    ended.abort();
    await board.close();
  });

  const rows = () => page.locator('table#runs tbody tr');

  it('lists runs, and asks no other machine', async () => {
    expect(await rows().count()).toBe(7);
    expect(page.url()).not.toContain('token');
    expect([...hosts]).toEqual([new URL(board.url).host]);
    expect(errors).toEqual([]);
  });

  it('filters by a choice, and keeps it in the address', async () => {
    await page.selectOption('select[name="state"]', 'failed');
    await page.waitForURL('**/runs?state=failed');
    expect(await rows().count()).toBe(1);

    await page.fill('input[name="text"]', 'proj-14');
    await page.selectOption('select[name="state"]', '');
    await page.waitForURL('**/runs?text=proj-14');
    expect(await rows().locator('th a').allTextContents()).toEqual(['coding PROJ-14']);
    await page.goBack();
    expect(await page.inputValue('select[name="state"]')).toBe('failed');
  });

  it('passes over choices by the keyboard without leaving the page, and shows them by its button', async () => {
    await page.focus('select[name="state"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await page.inputValue('select[name="state"]')).toBe('failed');
    expect(new URL(page.url()).search).toBe('');
    await page.focus('button:text-is("Show")');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs?state=failed');
    expect(await rows().count()).toBe(1);
  });

  it('is reached by the keyboard alone: each stop is in view and shows that it has the focus', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/runs', '/cost', `/runs/${FAILED_RUN}`]) {
      await page.goto(new URL(path, board.url).href);
      const stops: string[] = [];
      for (let stop = ''; stop !== 'the end' && stops.length < 200; ) {
        await page.keyboard.press('Tab');
        stop = await page.evaluate<string>(DESCRIBE_FOCUS);
        stops.push(stop);
      }
      expect({ path, hidden: stops.filter((stop) => stop.startsWith('hidden ')) }).toEqual({ path, hidden: [] });
      expect(await page.evaluate(LIST_UNREACHED)).toEqual([]);
    }
  });

  it('puts failed runs first', async () => {
    await page.check('input[name="first"]');
    await page.waitForURL('**/runs?first=failed');
    expect(await rows().first().locator('.state').textContent()).toBe('failed');
  });

  it('shows what happens without being loaded again', async () => {
    await expect.poll(() => page.locator('#live').textContent()).toBe('Live');
    await storage.ledger.update(await storage.ledger.get(RUNNING_RUN), {
      state: 'failed',
      code: 'push-rejected',
      notified: true,
    });
    await expect.poll(() => page.locator(`#${RUNNING_RUN} .state`).textContent()).toBe('failed');
    expect(await rows().count()).toBe(7);
  });

  it('opens a failed run by the keyboard, says why, and does it again', async () => {
    await page.locator(`#${FAILED_RUN} a`).first().focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/runs/${FAILED_RUN}`);
    expect(await page.locator('.panel').textContent()).toContain('GitLab refused the push');
    await page.click('summary:has-text("Session 1")');
    await page.click('summary:has-text("Prompt")');
    expect(await page.locator('pre:visible').last().textContent()).toContain('<script>');
    expect(await page.evaluate('window.attacked')).toBeUndefined();

    await page.click('text=Retry…');
    await page.click('button:has-text("Do it again")');
    await page.waitForURL(/\/runs\/run-[0-9a-f]+\?did=retried$/);
    expect(await page.locator('[role="status"]').textContent()).toContain('on the queue again');
    expect((await storage.queue.getDepth()).count).toBe(2);
    expect(errors).toEqual([]);
  });

  it('shows a lead what a month cost by clicks only: money by binding, and from there the months before', async () => {
    await page.click('nav >> text=Cost');
    await page.waitForURL('**/cost');
    // The runs began a while ago, which may have been last month.
    const month = toIso((await storage.ledger.get(FAILED_RUN)).createdAt).slice(0, 7);
    const months = page.locator('nav[aria-label="Months"] a');
    await months.getByText(month).click();
    await page.waitForURL(`**/cost?month=${month}`);
    const rowOf = (name: string) => page.locator('tbody tr', { has: page.locator(`th:text-is("${name}")`) }).first();
    expect(await rowOf('PROJ').locator('[data-label="Cost"]').textContent()).toBe('0.64 USD');
    expect(await rowOf('all').locator('[data-label="Cost"]').textContent()).toBe('0.96 USD');
    const earliest = (await months.last().textContent())?.trim() ?? '';
    await months.last().click();
    await page.waitForURL(`**/cost?month=${earliest}`);
    expect(await page.textContent('h1')).toBe(`Cost of ${earliest}`);
    expect(await page.textContent('main')).toContain('No run was created in this month');
    expect(errors).toEqual([]);
  });

  it('follows a run until it ends', async () => {
    await page.click(`#${RUNNING_RUN} a`);
    await expect.poll(() => page.locator('#live-run').textContent()).toBe('Live');
    await storage.ledger.append({ runId: RUNNING_RUN, at: Date.now(), name: 'agent-finished' });
    await expect.poll(() => page.locator('#run tbody').textContent()).toContain('agent-finished');
    await storage.ledger.update(await storage.ledger.get(RUNNING_RUN), { state: 'cancelled', notified: true });
    await expect.poll(() => page.locator('#run .state').textContent()).toBe('cancelled');
  });

  it('is shown to no browser without the token', async () => {
    const other = await browser.newContext();
    const stranger = await other.newPage();
    const answer = await stranger.goto(new URL('/runs', board.url).href);
    expect(answer?.status()).toBe(403);
    expect(await stranger.textContent('h1')).toBe('This page is not shown');
    await other.close();
  });

  it('works without script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(board.url);
    await still.waitForURL('**/runs');
    await still.selectOption('select[name="state"]', 'failed');
    await still.click('button:has-text("Show")');
    expect(await still.locator('table#runs tbody tr').count()).toBe(1);
    await plain.close();
  });

  const PAGES = [
    ...['/runs', `/runs/${FAILED_RUN}`, `/runs/${RUNNING_RUN}`, `/runs/${FAILED_RUN}/retry`],
    ...['/queue', '/bindings', '/skips', '/skips?about=PROJ-12', '/cost', '/audits', '/runs?state=odd'],
  ];
  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    it.each([1280, 360])('has no serious fault, and nothing wider than the window, at %d px', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      for (const path of PAGES) await expectNoFault(page, new URL(path, board.url), colorScheme);
    });
  });
});

describe.skipIf(browserPath === undefined)('the board of the sandbox in a browser', () => {
  const ended = new AbortController();
  let browser: Browser;
  let environment: DemoEnvironment;
  let board: RunningBoard;
  let page: Page;

  beforeAll(async () => {
    environment = await startDemoEnvironment({ programs: inject('programs'), azurite: takeAzurite() });
    await environment.fire('poll-gitlab');
    board = await startSandboxBoard(environment, { warn: () => {}, ended: ended.signal });
    browser = await startBrowser();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    ended.abort();
    await board?.close();
    await environment?.close();
  });

  const part = (selector: string) => page.locator(`#part ${selector}`);
  const press = async (button: string, address: string) => {
    await page.click(`button:has-text("${button}")`);
    await page.waitForURL(`**${address}`);
  };

  it('takes a ticket from its creation to Done by clicks only', async () => {
    const hosts = new Set<string>();
    const errors: string[] = [];
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(board.url);
    await page.waitForURL('**/runs');
    await page.click('nav a:has-text("Jira")');
    await page.click('summary:has-text("Create an issue")');
    await page.fill('input[name="summary"]', 'Greet people <b>by name</b>');
    await press('Create', '/jira/browse/PROJ-1?did=create');
    await page.selectOption('select[name="account"]', 'ada');
    await press('Assign', '/jira/browse/PROJ-1?did=assign');
    await press('Hand to the agent', '/jira/browse/PROJ-1?did=move');

    // Nothing is loaded again: the page itself shows what the agent does. The timers tick here when they have work.
    await environment.fire('poll-jira');
    await expect.poll(() => part('.badge').first().textContent()).toBe('In Review');
    await part('dd a[href*="/-/merge_requests/"]').first().click();
    await page.waitForURL('**/gitlab/group/greetings/-/merge_requests/1');
    expect(await page.textContent('h1')).toBe('Draft: PROJ-1: Greet people <b>by name</b>');
    expect(await part('table.diff').first().textContent()).toContain('Hello, ${name}!');
    await press('Mark as ready', '/merge_requests/1?did=ready');
    await press('Approve', '/merge_requests/1?did=approve');
    await press('Merge', '/merge_requests/1?did=merge');
    expect(await part('.badge').first().textContent()).toBe('merged');

    await environment.fire('poll-gitlab');
    await environment.fire('sweep');
    await page.click('nav a:has-text("Jira")');
    await expect.poll(() => part('section[aria-label="Done"]').textContent()).toContain('PROJ-1');
    expect([...hosts]).toEqual(['127.0.0.1']);
    expect(errors).toEqual([]);

    const iid = '/gitlab/group/greetings/-/merge_requests/1';
    const { headSha } = environment.gitlab.project('group/greetings').mergeRequests[0] ?? { headSha: '' };
    const commit = `/gitlab/group/greetings/-/commit/${headSha}`;
    const looks = [
      { width: 1280, colorScheme: 'light', paths: ['/jira', '/jira/browse/PROJ-1', iid] },
      { width: 360, colorScheme: 'light', paths: ['/gitlab/group/greetings', iid, commit] },
      {
        width: 360,
        colorScheme: 'dark',
        paths: ['/jira', '/jira/browse/PROJ-1', '/gitlab/group/greetings', iid, commit],
      },
    ] as const;
    for (const { width, colorScheme, paths } of looks) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      for (const path of paths) await expectNoFault(page, new URL(path, board.url), colorScheme);
    }
  });
});

/** The element that has the focus, and whether a person sees it and that it has the focus. */
const DESCRIBE_FOCUS = `(() => {
  const element = document.activeElement;
  if (element === document.body) return 'the end';
  element.dataset.reached = '';
  const { top, bottom, left, width } = element.getBoundingClientRect();
  const isInView = bottom > 0 && top < innerHeight && left >= 0 && left < innerWidth && width > 0;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const isShown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  return (isInView && isShown ? 'seen ' : 'hidden ') + element.outerHTML.slice(0, 100);
})()`;

const LIST_UNREACHED = `[...document.querySelectorAll('a[href],button,select,input,summary,[tabindex="0"]')]
  .filter((element) => element.checkVisibility() && element.dataset.reached === undefined)
  .map((element) => element.outerHTML.slice(0, 100))`;

/** Opens a page: nothing in it is hard to reach for a person, and nothing is wider than the window. */
async function expectNoFault(page: Page, { href, pathname }: URL, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.goto(href);
  const serious = await findFaults(page, colorScheme === 'dark' ? { only: 'colours' } : {});
  expect({ pathname, serious }).toEqual({ pathname, serious: [] });
  const isWider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  expect({ pathname, isWider }).toEqual({ pathname, isWider: false });
}
