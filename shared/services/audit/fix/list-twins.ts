import type { Jira, LabelledIssue } from '../../../domain/ports/jira.ts';
import { MINUTE } from '../../../kernel/clock.ts';

/** Longer than Jira's search has ever been seen to lag behind. */
export const INDEX_LAG_MS = 10 * MINUTE;

/** As many as Jira reads at once. */
const PAGE = 100;

/** A thousand issues of one project in ten minutes are an import, and no reason to read the whole project. */
const MAX_PAGES = 10;

/**
 * Keys of the tickets with a label that were created about when this one was, itself among them, the oldest first. They
 * are read by key, because the search may not show for minutes what another process has just created. Of two processes
 * the one that looks last sees both tickets, so that they agree on the oldest.
 */
export async function listTwins(key: string, label: string, jira: Pick<Jira, 'listLabels'>): Promise<string[]> {
  const near = [...(await listBefore(key, jira)), ...(await listAfter(key, jira))];
  const twins = near.filter(({ labels }) => labels.includes(label)).map((issue) => issue.key);
  return byNumber([...new Set([key, ...twins])]);
}

/** Keys of one project by their number, which is the order in which they were given. */
export function byNumber(keys: readonly string[]): string[] {
  return keys.toSorted((a, b) => numberOf(a) - numberOf(b));
}

/** This issue and those before it, as far back as the search may not reach yet. */
async function listBefore(key: string, jira: Pick<Jira, 'listLabels'>): Promise<LabelledIssue[]> {
  const found: LabelledIssue[] = [];
  let from = numberOf(key);
  for (let page = 0; page < MAX_PAGES && from > 0; page += 1, from -= PAGE) {
    found.push(...(await jira.listLabels(keysFrom(key, Math.max(1, from - PAGE + 1), from))));
    const times = found.map(({ createdAt }) => createdAt);
    if (Math.max(...times) - Math.min(...times) > INDEX_LAG_MS) break;
  }
  return found;
}

/** A number is given before its issue is there to be read, so that a later one may have been faster. */
async function listAfter(key: string, jira: Pick<Jira, 'listLabels'>): Promise<LabelledIssue[]> {
  const after = numberOf(key);
  return jira.listLabels(keysFrom(key, after + 1, after + PAGE));
}

function keysFrom(key: string, first: number, last: number): string[] {
  const project = key.slice(0, key.lastIndexOf('-'));
  return Array.from({ length: last - first + 1 }, (_, index) => `${project}-${first + index}`);
}

function numberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}
