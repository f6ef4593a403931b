import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitEnvironment } from './run-git.ts';

export interface GitHttpRequest {
  request: IncomingMessage;
  response: ServerResponse;
  /** Directory that contains the bare repositories. */
  root: string;
  /** `/app.git/info/refs`, `/app.git/git-upload-pack` or `/app.git/git-receive-pack`, below `root`. */
  path: string;
  query: string;
  username: string;
  /** What hooks of the repository and git see beside what every git process does. */
  environment?: Record<string, string>;
  /** Runs after git is done and before the client gets the end of the answer. */
  afterwards?(): Promise<void>;
}

/** Hands a request to git's own CGI program (git-http-backend(1)) and streams its answer back. */
export async function serveGit(exchange: GitHttpRequest): Promise<void> {
  const { request, response } = exchange;
  const child = spawn('git', ['http-backend'], { env: toCgiEnvironment(exchange) });
  response.once('close', () => {
    if (!response.writableFinished) child.kill();
  });
  child.stdin.on('error', () => {}); // Git may answer without reading the whole request.
  child.stderr.resume();
  request.pipe(child.stdin);

  let head = Buffer.alloc(0);
  let headSent = false;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (headSent) {
      if (!response.destroyed && !response.write(chunk)) await drained(response);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    writeHead(response, head.subarray(0, end).toString('latin1'));
    headSent = true;
    response.write(head.subarray(end + 4));
  }
  await exchange.afterwards?.();
  if (!headSent) response.writeHead(500);
  response.end();
}

/** Waits until the client has taken what was written, or is gone. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
}

function toCgiEnvironment({ request, root, path, query, username, environment }: GitHttpRequest) {
  const { headers } = request;
  return {
    ...gitEnvironment(),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method ?? 'GET',
    REMOTE_USER: username,
    REMOTE_ADDR: '127.0.0.1',
    ...optional('CONTENT_TYPE', headers['content-type']),
    ...optional('CONTENT_LENGTH', headers['content-length']),
    ...optional('HTTP_CONTENT_ENCODING', headers['content-encoding']),
    ...optional('GIT_PROTOCOL', headers['git-protocol']),
    ...environment,
  };
}

function optional(name: string, value: string | string[] | undefined): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
