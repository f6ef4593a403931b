import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const CHECKER = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What another colour scheme can change: all else about a page is the same in light and dark. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * Ids of the serious and critical faults that axe finds on the page as it stands; `colours` looks only for those that
 * depend on the colour scheme.
 */
export async function findFaults(page: Page, { only }: { only?: 'colours' } = {}): Promise<string[]> {
  // The policy of a page may let no script in but its own, so the checker is evaluated from outside.
  await page.evaluate(await readFile(CHECKER, 'utf8'));
  const options = JSON.stringify({
    resultTypes: ['violations'],
    ...(only ? { runOnly: { type: 'rule', values: COLOURS } } : {}),
  });
  const { violations } = (await page.evaluate(`axe.run(document, ${options})`)) as {
    violations: { id: string; impact: string }[];
  };
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id);
}
