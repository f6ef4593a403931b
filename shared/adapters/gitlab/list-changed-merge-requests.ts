import type { MergeRequest } from '../../domain/ports/gitlab.ts';
import type { Log } from '../../kernel/log.ts';
import { toIso } from '../../kernel/to-iso.ts';
import { MergeRequestResponse, parseList } from './api-schemas.ts';
import { hasNextPage } from './has-next-page.ts';
import type { Requester } from './requester.ts';

const PAGE_SIZE = 100;

/**
 * Merge requests changed at or after `updatedAfter`, oldest change first, each once.
 *
 * Page numbers would lose entries: a merge request that changes while we read moves to the end, and everything
 * behind it slides onto a page already read. So each page starts at the last change seen (`updated_after` includes
 * that moment), and only a page whose entries all changed in one moment is continued by number.
 */
export async function listChangedMergeRequests(
  request: Requester,
  path: string,
  { updatedAfter, log }: { updatedAfter: number; log: Log },
): Promise<MergeRequest[]> {
  const found = new Map<string, MergeRequest>();
  let after = updatedAfter;
  for (let page = 1; ; ) {
    const { body, headers } = await request({ method: 'GET', path, query: queryFor(after, page) });
    const batch = parseList(MergeRequestResponse, body, { what: path, log });
    for (const mergeRequest of batch) remember(found, mergeRequest);

    const last = batch.at(-1);
    if (!last || !hasNextPage(headers['link'])) break;
    page = last.updatedAt > after ? 1 : page + 1;
    after = Math.max(after, last.updatedAt);
  }
  return [...found.values()].sort((a, b) => a.updatedAt - b.updatedAt);
}

function queryFor(updatedAfter: number, page: number): Record<string, string | number> {
  return {
    scope: 'all',
    state: 'all',
    order_by: 'updated_at',
    sort: 'asc',
    updated_after: toIso(updatedAfter),
    per_page: PAGE_SIZE,
    ...(page > 1 ? { page } : {}),
  };
}

function remember(found: Map<string, MergeRequest>, mergeRequest: MergeRequest): void {
  found.set(`${mergeRequest.projectId}!${mergeRequest.iid}`, mergeRequest); // The later answer is the newer one.
}
