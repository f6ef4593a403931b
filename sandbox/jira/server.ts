import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type Route, type RouteDeps, refuse } from './call.ts';
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
}

/** Starts serving on a free port of this machine. */
export async function serve(deps: ServerDeps): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    handle(request, response, deps).catch((error: unknown) => {
      // A fault of the sandbox itself: loud in the answer, so that the test that hit it shows why.
      response.writeHead(500).end(JSON.stringify({ errorMessages: [`sandbox: ${String(error)}`], errors: {} }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Listening on a port, the address is never a path.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, deps: ServerDeps): Promise<void> {
  const isGateway = /^\/ex\/jira\//.test(request.url ?? '');
  const url = new URL((request.url ?? '/').replace(/^\/ex\/jira\/[^/]+/, ''), 'http://sandbox');
  const method = request.method ?? 'GET';
  const body = await readBody(request);
  const matched = matchRoute(method, url.pathname);
  const record: RecordedRequest = {
    endpoint: isTokenCall(method, url) ? 'oauth-token' : (matched?.route.endpoint ?? 'unknown'),
    method,
    url: `${url.pathname}${url.search}`,
    headers: headersOf(request),
    body: isTokenCall(method, url) ? '[secret]' : body,
    status: 0,
  };
  deps.requests.push(record);

  const fault = deps.faults.take({ method, endpoint: record.endpoint, path: url.pathname });
  if (fault?.delayMs) await delay(fault.delayMs);
  const replaced =
    fault !== undefined && (fault.drop === true || fault.status !== undefined || fault.body !== undefined);
  const answer: Answer =
    replaced && !fault.afterEffect ? { status: 200 } : answerCall({ request, isGateway }, url, body, matched, deps);
  if (fault?.drop) {
    response.destroy();
    return;
  }
  const sent = replaced ? faultAnswer(fault) : toHttp(answer);
  record.status = sent.status;
  response.writeHead(sent.status, sent.headers).end(sent.text);
}

function isTokenCall(method: string, url: URL): boolean {
  return method === 'POST' && url.pathname === '/oauth/token';
}

function answerCall(
  { request, isGateway }: { request: IncomingMessage; isGateway: boolean },
  url: URL,
  body: unknown,
  matched: Matched | undefined,
  deps: ServerDeps,
): Answer {
  if (isTokenCall(request.method ?? 'GET', url)) return deps.oauth.answer(body);
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
  return matched.route.answer({ user, params: matched.params, query: url.searchParams, body }, deps);
}

interface Matched {
  route: Route;
  params: Record<string, string>;
}

function matchRoute(method: string, pathname: string): Matched | undefined {
  const segments = pathname.replace(/^\/rest\/api\/3\//, '').split('/');
  if (!pathname.startsWith('/rest/api/3/')) return undefined;
  for (const route of ROUTES) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== segments.length) continue;
    if (!pattern.every((part, index) => part.startsWith(':') || part === segments[index])) continue;
    const params = pattern.flatMap((part, index) =>
      part.startsWith(':') ? [[part.slice(1), decodeURIComponent(segments[index] ?? '')]] : [],
    );
    return { route, params: Object.fromEntries(params) as Record<string, string> };
  }
  return undefined;
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

function faultAnswer({
  status = 200,
  headers = {},
  body = { errorMessages: ['a fault of the test'], errors: {} },
}: Fault) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': 'application/json', ...headers }, text };
}

function toHttp({ status, body }: Answer) {
  const headers = { 'content-type': 'application/json;charset=UTF-8' };
  return { status, headers: body === undefined ? {} : headers, text: body === undefined ? '' : JSON.stringify(body) };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return error;
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    ...(Object.fromEntries(headers) as Record<string, string>),
    ...(request.headers.authorization ? { authorization: '[secret]' } : {}),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}
