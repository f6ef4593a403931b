import type { FakeState, SandboxToken, SandboxUser } from '../state/fake-state.ts';

/** One request as a route sees it: sender known, body read. */
export interface RouteCall {
  state: FakeState;
  /** The part of the path behind each `:name`, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The JSON body, with the query behind it: GitLab takes parameters from either. */
  body: Record<string, unknown>;
  url: URL;
  user: SandboxUser;
  token: SandboxToken;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  /** `GET /projects/:id`; also the name under which calls are counted. */
  name: string;
  handle(call: RouteCall): Reply | Promise<Reply>;
}

export interface MatchedRoute {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route of a request. `path` is still encoded, so that `group%2Fapp` is one segment. */
export function matchRoute(routes: readonly Route[], method: string, path: string): MatchedRoute | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    const space = route.name.indexOf(' ');
    if (route.name.slice(0, space) !== method) continue;
    const params = matchSegments(route.name.slice(space + 1).split('/'), segments);
    if (params) return { route, params };
  }
  return undefined;
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith(':')) params[expected.slice(1)] = decodeURIComponent(actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}
