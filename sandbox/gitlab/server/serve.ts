import type { IncomingMessage, ServerResponse } from 'node:http';
import { plainHeaders } from '../../http/plain-headers.ts';
import { redirectToPage, sendReply } from '../../http/send-reply.ts';
import type { Fault, Faults } from '../http/faults.ts';
import type { LoggedRequest, RequestLog } from '../http/request-log.ts';
import type { FakeState } from '../state/fake-state.ts';
import { answerApi, answerGraphqlRequest } from './serve-api.ts';
import { serveRepository } from './serve-repository.ts';

export interface ServeDeps {
  state: FakeState;
  faults: Faults;
  log: RequestLog;
  /** `/gitlab`, or empty. */
  relativeUrl: string;
  /** Where people find the pages; without it there are none. */
  pages(): string | undefined;
}

/** Answers one request: the API, or git over HTTP. */
export async function serve(request: IncomingMessage, response: ServerResponse, deps: ServeDeps): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const path = url.pathname.startsWith(deps.relativeUrl) ? url.pathname.slice(deps.relativeUrl.length) : undefined;
  const entry: LoggedRequest = {
    endpoint: 'unknown',
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: plainHeaders(request.headers),
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
    sendReply(response, await answerGraphqlRequest(request, { path, url, entry, state: deps.state }));
  } else if (path?.startsWith('/api/v4/')) {
    sendReply(
      response,
      await answerApi(request, { path: path.slice('/api/v4'.length), url, entry, state: deps.state }),
    );
  } else if (path !== undefined && /\.git\//.test(path)) {
    await serveRepository(request, response, { path, url, entry, state: deps.state });
  } else if (entry.method === 'GET' && path !== undefined && deps.pages() !== undefined) {
    sendReply(response, redirectToPage(`${deps.pages()}${path.replace(/\/$/, '')}${url.search}`));
  } else {
    sendReply(response, { status: 404, body: { error: '404 Not Found' } });
  }
}

/** Whether the fault was the whole answer. */
function replaceAnswer(fault: Exclude<Fault, { kind: 'delay' }>, response: ServerResponse): boolean {
  if (fault.kind === 'fail') {
    const { status, headers = {}, body = 'Retry later\n' } = fault;
    sendReply(response, { status, headers, body });
    return true;
  }
  if (fault.kind === 'garbage') {
    const { body = '<html>Please sign in</html>' } = fault;
    sendReply(response, { status: 200, headers: { 'content-type': 'text/html' }, body });
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
