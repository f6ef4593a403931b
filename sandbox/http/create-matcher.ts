import { TrieRouter } from 'hono/router/trie-router';

export interface Match<R> {
  route: R;
  /** The segment behind each `:name`, decoded. */
  params: Record<string, string>;
}

/** Finds the route of a method and a path. The path is still encoded, so that `group%2Fapp` is one segment. */
export type Matcher<R> = (method: string, path: string) => Match<R> | undefined;

/**
 * A matcher over Hono's router. `lineOf` says a route as `GET /projects/:id`; of two that fit, the one that stands
 * first in the list is taken.
 */
export function createMatcher<R>(routes: readonly R[], lineOf: (route: R) => string): Matcher<R> {
  const router = new TrieRouter<R>();
  for (const route of routes) {
    const [method = '', path = ''] = lineOf(route).split(' ');
    router.add(method, path, route);
  }
  return (method, path) => {
    const [found] = router.match(method, path)[0];
    if (!found) return undefined;
    const [route, params] = found;
    const decoded = Object.entries(params).map(([name, value]) => [name, decodeURIComponent(String(value))]);
    return { route, params: Object.fromEntries(decoded) as Record<string, string> };
  };
}
