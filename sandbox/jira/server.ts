import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createMatcher, type Match } from '../http/create-matcher.ts';
import { plainHeaders } from '../http/plain-headers.ts';
import { type Reply, redirectToPage, sendReply } from '../http/send-reply.ts';
import { type RunningServer, startServer } from '../http/start-server.ts';
import { answerMedia, isMediaPath } from './attachment-routes.ts';
import { type Route, type RouteDeps, refuse } from './call.ts';
import type { Fault, Faults } from './faults.ts';
import type { SandboxUser } from './model.ts';
import type { createOAuth } from './oauth.ts';
import { ROUTES } from './routes.ts';

/** One request this Jira was sent, without its credentials. */
export interface RecordedRequest {
  /** Name of the route, `unknown` when there is none. */
  endpoint: string;
  method: string;
  /** With the query, without the prefix of the API gateway. */
  url: string;
  headers: Record<string, string>;
  body: unknown;
  /** 0 when the connection was dropped. */
  status: number;
}

export interface ServerDeps extends RouteDeps {
  faults: Faults;
  requests: RecordedRequest[];
  onSearch: () => void;
  oauth: ReturnType<typeof createOAuth>;
  /** Where people find the pages; without it there are none. */
  pages(): string | undefined;
}

/** Starts serving on a free port of this machine. */
export function serve(deps: ServerDeps): Promise<RunningServer> {
  return startServer((request, response) => handle(request, response, deps));
}

const matchRoute = createMatcher(ROUTES, ({ method, path }) => `${method} /rest/api/3/${path}`);

async function handle(request: IncomingMessage, response: ServerResponse, deps: ServerDeps): Promise<void> {
  const isGateway = /^\/ex\/jira\//.test(request.url ?? '');
  const url = new URL((request.url ?? '/').replace(/^\/ex\/jira\/[^/]+/, ''), 'http://sandbox');
  const method = request.method ?? 'GET';
  const headers = plainHeaders(request.headers);
  const body = await readBody(await text(request), headers['content-type']);
  const matched = matchRoute(method, url.pathname);
  const record: RecordedRequest = {
    endpoint: endpointOf(method, url) ?? matched?.route.endpoint ?? 'unknown',
    method,
    url: `${url.pathname}${url.search}`,
    headers: hideCredentials(headers),
    body: isTokenCall(method, url) ? '[secret]' : body,
    status: 0,
  };
  deps.requests.push(record);

  const fault = deps.faults.take({ method, endpoint: record.endpoint, path: url.pathname });
  if (fault?.delayMs) await delay(fault.delayMs);
  await fault?.until;
  const replaced =
    fault !== undefined && (fault.drop === true || fault.status !== undefined || fault.body !== undefined);
  const reply: Reply =
    replaced && !fault.afterEffect ? { status: 200 } : answerCall({ request, isGateway }, url, body, matched, deps);
  if (fault?.drop) {
    response.destroy();
    return;
  }
  const sent = replaced ? replyWithFault(fault) : reply;
  record.status = sent.status;
  sendReply(response, sent);
}

/** Of what is no route of the API. */
function endpointOf(method: string, url: URL): string | undefined {
  if (isMediaPath(url.pathname)) return 'attachment-media';
  return isTokenCall(method, url) ? 'oauth-token' : undefined;
}

function isTokenCall(method: string, url: URL): boolean {
  return method === 'POST' && url.pathname === '/oauth/token';
}

function answerCall(
  { request, isGateway }: { request: IncomingMessage; isGateway: boolean },
  url: URL,
  body: unknown,
  matched: Match<Route> | undefined,
  deps: ServerDeps,
): Reply {
  if (isTokenCall(request.method ?? 'GET', url)) return deps.oauth.answer(body);
  if (isMediaPath(url.pathname)) return answerMedia(url.pathname, request.headers, deps.state);
  const pages = deps.pages();
  if (pages !== undefined && request.method === 'GET' && /^\/(browse\/|$)/.test(url.pathname))
    return redirectToPage(`${pages}${url.pathname.replace(/\/$/, '')}${url.search}`);
  // Tokens of OAuth are good at the gateway only.
  const byOAuth = isGateway ? findOAuthUser(request.headers.authorization, deps) : undefined;
  const user = byOAuth ?? authenticate(request.headers.authorization, deps.state.users);
  if (!user)
    return {
      status: 401,
      body: { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
    };
  if (!matched) return refuse(404, `No such resource: ${url.pathname}`);
  if (body instanceof SyntaxError) return refuse(400, 'There was an error parsing JSON.');
  const { needs } = matched.route;
  if (needs && deps.state.denied.has(needs)) return refuse(403, `You do not have the permission ${needs}.`);
  if (matched.route.endpoint === 'search') deps.onSearch();
  const headers = plainHeaders(request.headers);
  return matched.route.answer({ user, params: matched.params, query: url.searchParams, headers, body }, deps);
}

function findOAuthUser(header: string | undefined, { oauth, state }: ServerDeps): SandboxUser | undefined {
  const accountId = oauth.accountOf(/^Bearer (.+)$/.exec(header ?? '')?.[1] ?? '');
  return accountId === undefined ? undefined : state.users.get(accountId);
}

function authenticate(header: string | undefined, users: ReadonlyMap<string, SandboxUser>): SandboxUser | undefined {
  const [, scheme = '', credentials = ''] = /^(Basic|Bearer) (.+)$/.exec(header ?? '') ?? [];
  return [...users.values()].find(({ emailAddress, apiToken }) => {
    if (!apiToken) return false;
    if (scheme === 'Bearer') return credentials === apiToken;
    return credentials === Buffer.from(`${emailAddress}:${apiToken}`).toString('base64');
  });
}

function replyWithFault({ status = 200, headers, body }: Fault): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: body ?? { errorMessages: ['a fault of the test'], errors: {} },
  };
}

/** The files of a form, as texts; what else is sent is JSON. */
async function readBody(body: string, contentType = ''): Promise<unknown> {
  if (!contentType.startsWith('multipart/form-data')) return parseBody(body);
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const files = [...form.values()].filter((value) => value instanceof File);
  return {
    files: await Promise.all(
      files.map(async (file) => ({ name: file.name, type: file.type, text: await file.text() })),
    ),
  };
}

/** `undefined` without a body, the error when it is not JSON. */
function parseBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    return error;
  }
}

function hideCredentials(headers: Record<string, string>): Record<string, string> {
  return headers['authorization'] ? { ...headers, authorization: '[secret]' } : headers;
}
