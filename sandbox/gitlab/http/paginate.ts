import type { Reply } from '../../http/send-reply.ts';
import type { RouteCall } from './route.ts';

type PagedCall = Pick<RouteCall, 'query' | 'url' | 'state'>;

/** One page of a list with the headers GitLab sends: `Link` in full, counts beside it (api/rest, pagination). */
export function paginate<T>(call: PagedCall, items: readonly T[], view: (item: T) => unknown): Reply {
  const perPage = Math.min(call.state.longestPage, positive(call.query.get('per_page'), 20));
  const page = positive(call.query.get('page'), 1);
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const links = [
    ...(page > 1 ? [link(call.url, 'prev', page - 1, perPage)] : []),
    ...(page < pages ? [link(call.url, 'next', page + 1, perPage)] : []),
    link(call.url, 'first', 1, perPage),
    link(call.url, 'last', pages, perPage),
  ];
  return {
    status: 200,
    body: items.slice((page - 1) * perPage, page * perPage).map(view),
    headers: {
      link: links.join(', '),
      'x-page': String(page),
      'x-per-page': String(perPage),
      'x-next-page': page < pages ? String(page + 1) : '',
      'x-prev-page': page > 1 ? String(page - 1) : '',
      'x-total': String(items.length),
      'x-total-pages': String(pages),
    },
  };
}

/**
 * One page of a list that GitLab does not count, such as commits: only `Link` says whether there are more.
 * `read` gives so many items from a position on.
 */
export async function paginateUncounted<T>(
  call: PagedCall,
  read: (skip: number, count: number) => Promise<readonly T[]>,
  view: (item: T) => unknown,
): Promise<Reply> {
  const perPage = Math.min(call.state.longestPage, positive(call.query.get('per_page'), 20));
  const page = positive(call.query.get('page'), 1);
  const items = await read((page - 1) * perPage, perPage + 1);
  const isLast = items.length <= perPage;
  const links = [
    ...(page > 1 ? [link(call.url, 'prev', page - 1, perPage)] : []),
    ...(isLast ? [] : [link(call.url, 'next', page + 1, perPage)]),
    link(call.url, 'first', 1, perPage),
  ];
  return {
    status: 200,
    body: items.slice(0, perPage).map(view),
    headers: {
      link: links.join(', '),
      'x-page': String(page),
      'x-per-page': String(perPage),
      'x-next-page': isLast ? '' : String(page + 1),
      'x-prev-page': page > 1 ? String(page - 1) : '',
    },
  };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number.parseInt(text ?? '', 10);
  return value > 0 ? value : otherwise;
}

function link(url: URL, rel: string, page: number, perPage: number): string {
  const target = new URL(url);
  target.searchParams.set('page', String(page));
  target.searchParams.set('per_page', String(perPage));
  return `<${target.href}>; rel="${rel}"`;
}
