import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveGit } from '../sandbox/gitlab/git/http-backend.ts';
import { startServer } from '../sandbox/http/start-server.ts';
import { isLfs, type LfsObjects, serveLfs } from './git-lfs-http.ts';

export interface GitHttpServer {
  /** Without a trailing slash; `${url}/group/app.git` is a clone URL. */
  url: string;
  /** Every request as `GET /group/app.git/info/refs?service=...` with the status it got. */
  requests: { line: string; status: number; authorization: string | undefined }[];
  /** Answer the next requests with this status instead; `hang` never answers. */
  fail(status: number | 'hang', times?: number): void;
  /** Answer nothing before this settles. */
  hold(until: Promise<unknown>): void;
  close(): Promise<void>;
}

export interface GitHttpOptions {
  /** Directory that contains the bare repositories. */
  root: string;
  /** Tokens that may read, and whether they may push. Without any, every request may do everything. */
  tokens?: Record<string, 'read' | 'write'>;
  /** Path of a repository before it was renamed -> where it is now: a path, or a whole address. */
  moved?: Record<string, string>;
  /** What Git LFS has stored, by object id. Without it there is no Git LFS. */
  lfs?: LfsObjects;
}

/** Serves bare repositories over HTTP with git's own `http-backend`, on a free port of 127.0.0.1. */
export async function startGitHttp({ root, tokens, moved = {}, lfs }: GitHttpOptions): Promise<GitHttpServer> {
  const requests: GitHttpServer['requests'] = [];
  const faults: (number | 'hang')[] = [];
  let held: Promise<unknown> = Promise.resolve();
  const server = await startServer(async (request, response) => {
    const entry = { line: `${request.method} ${request.url}`, status: 0, authorization: request.headers.authorization };
    requests.push(entry);
    response.on('finish', () => {
      entry.status = response.statusCode;
    });
    await held;
    const fault = faults.shift();
    if (fault === 'hang') return;
    const before = Object.keys(moved).find((path) => request.url?.startsWith(`${path}/`));
    if (before !== undefined) {
      const location = `${moved[before]}${request.url?.slice(before.length)}`;
      return void response.writeHead(301, { location }).end();
    }
    const status = fault ?? judge(request, tokens);
    if (status === 200 && lfs && isLfs(request)) return void serveLfs(lfs, request, response);
    if (status === 200) return serve(root, request, response);
    request.resume();
    response
      .writeHead(status, status === 401 ? { 'www-authenticate': 'Basic realm="GitLab"' } : {})
      .end(`status ${status}\n`);
  });
  return {
    url: server.url,
    requests,
    fail: (status, times = 1) => faults.push(...Array<number | 'hang'>(times).fill(status)),
    hold(until) {
      held = until;
    },
    close: server.close,
  };
}

function judge(request: IncomingMessage, tokens: GitHttpOptions['tokens']): number {
  if (!tokens) return 200;
  const header = request.headers.authorization;
  if (!header) return 401;
  const token = Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  const right = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  if (!right) return 401;
  return right === 'read' && request.url?.includes('git-receive-pack') ? 403 : 200;
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  // A repository of a test may belong to another user.
  const environment = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
  return serveGit({
    request,
    response,
    root,
    path: pathname,
    query: search.slice(1),
    username: 'someone',
    environment,
  });
}
