import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = [
  // The same engine without windows: half the processor time.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * Where a Chromium is on this machine; undefined when there is none, and then suites that need one say so in one line.
 */
export const browserPath = PATHS.find((path) => existsSync(path));

if (browserPath === undefined) process.stderr.write('No Chromium here: the suites that need a browser are skipped.\n');

/** As long as a test waits for anything else: what a page does is no quicker on a busy machine. */
const PATIENCE_MS = 300_000;

/** Starts a browser of its own, which sends nothing to the network. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    timeout: PATIENCE_MS,
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}
