import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { noticeBranchChanges } from '../actions/push.ts';
import { serveGit } from '../git/http-backend.ts';
import { accessLevelOf, canPush, canSee, DEVELOPER, findToken, REPORTER } from '../http/access.ts';
import type { FakeState, SandboxToken } from '../state/fake-state.ts';
import type { ApiExchange } from './serve-api.ts';

const READ_SCOPES: readonly string[] = ['api', 'read_repository', 'write_repository'];
const WRITE_SCOPES: readonly string[] = ['api', 'write_repository'];

/** Git over HTTP with Basic auth: any user name, the token as password. Refuses with the texts and codes of GitLab. */
export async function serveRepository(
  request: IncomingMessage,
  response: ServerResponse,
  { path, url, entry, state }: ApiExchange,
): Promise<void> {
  const end = path.indexOf('.git/');
  const service = path.slice(end + '.git'.length);
  const writes = (service === '/info/refs' ? url.searchParams.get('service') : service.slice(1)) === 'git-receive-pack';
  entry.endpoint = service === '/info/refs' ? `info/refs ${url.searchParams.get('service')}` : service.slice(1);

  const project = state.projects.find((candidate) => candidate.path === decodeURIComponent(path.slice(1, end)));
  const token = readToken(request, state);
  if (token === 'none' && (writes || project?.visibility !== 'public')) return demandLogin(response);
  if (token === 'unknown') return demandLogin(response);
  const user = token === 'none' ? undefined : token.user;
  if (user) entry.username = user.username;

  const level = project && user ? accessLevelOf(project, user) : 0;
  if (!project || !(project.visibility === 'public' || (user && canSee(project, user) && level >= REPORTER))) {
    return refuse(
      response,
      404,
      "The project you were looking for could not be found or you don't have permission to view it.",
    );
  }
  const scopes: string[] = token === 'none' ? ['read_repository'] : token.scopes;
  if (!scopes.some((scope) => (writes ? WRITE_SCOPES : READ_SCOPES).includes(scope))) {
    return refuse(response, 403, 'Access denied: the token has the wrong scopes');
  }
  if (writes && (level < DEVELOPER || project.archived)) {
    return refuse(response, 403, 'You are not allowed to push code to this project.');
  }

  const { directory } = project.repository;
  const closed = user ? [...project.protectedBranches].filter((branch) => !canPush(project, user, branch)) : [];
  await serveGit({
    request,
    response,
    root: dirname(directory),
    path: `/${basename(directory)}${service}`,
    query: url.search.slice(1),
    username: user?.username ?? 'anonymous',
    environment: { SANDBOX_PROTECTED: closed.join('\n') },
    async afterwards() {
      if (writes && user && service === '/git-receive-pack') await noticeBranchChanges(state, project, user);
    },
  });
}

function readToken(request: IncomingMessage, state: FakeState): SandboxToken | 'none' | 'unknown' {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return 'none';
  const [username, ...password] = Buffer.from(basic, 'base64').toString().split(':');
  return (username !== '' && findToken(state, password.join(':'))) || 'unknown';
}

function demandLogin(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Basic realm="GitLab"');
  refuse(response, 401, 'HTTP Basic: Access denied');
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${reason}\n`);
}
