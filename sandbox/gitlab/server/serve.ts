import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../http/api-error.ts';
import type { Fault, Faults } from '../http/faults.ts';
import type { LoggedRequest, RequestLog } from '../http/request-log.ts';
import type { Reply } from '../http/router.ts';
import type { FakeState } from '../state/fake-state.ts';
import { answerApi, answerGraphqlRequest } from './serve-api.ts';
import { serveRepository } from './serve-repository.ts';

export interface ServeDeps {
  state: FakeState;
  faults: Faults;
  log: RequestLog;
  /** `/gitlab`, or empty. */
  relativeUrl: string;
}

/** Answers one request: the API, or git over HTTP. */
export async function serve(request: IncomingMessage, response: ServerResponse, deps: ServeDeps): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const path = url.pathname.startsWith(deps.relativeUrl) ? url.pathname.slice(deps.relativeUrl.length) : undefined;
  const entry: LoggedRequest = {
    endpoint: 'unknown',
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: toPlainHeaders(request),
    body: '',
    status: 0,
  };
  deps.log.add(entry);
  response.once('finish', () => {
    entry.status = response.statusCode;
  });

  const fault = await deps.faults.take(`${entry.method} ${entry.url}`);
  if (fault && replaceAnswer(fault, response)) return;
  if (fault) dropInsteadOfAnswering(response);
  if (path === '/api/graphql' && entry.method === 'POST') {
    send(response, await answerGraphqlRequest(request, { path, url, entry, state: deps.state }));
  } else if (path?.startsWith('/api/v4/')) {
    send(response, await answerApi(request, { path: path.slice('/api/v4'.length), url, entry, state: deps.state }));
  } else if (path !== undefined && /\.git\//.test(path)) {
    await serveRepository(request, response, { path, url, entry, state: deps.state });
  } else {
    send(response, toReply(new ApiError(404, { error: '404 Not Found' })));
  }
}

/** Whether the fault was the whole answer. */
function replaceAnswer(fault: Exclude<Fault, { kind: 'delay' }>, response: ServerResponse): boolean {
  if (fault.kind === 'fail') {
    response
      .writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers })
      .end(fault.body ?? 'Retry later\n');
    return true;
  }
  if (fault.kind === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(fault.body ?? '<html>Please sign in</html>');
    return true;
  }
  if (fault.when === 'after') return false;
  response.destroy();
  return true;
}

/** The work is done as always, and the client gets no answer. */
function dropInsteadOfAnswering(response: ServerResponse): void {
  const drop = () => {
    response.destroy();
    return response;
  };
  response.end = drop;
  response.write = () => true;
}

function toReply(error: ApiError): Reply {
  return { status: error.status, body: error.body };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function toPlainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}
