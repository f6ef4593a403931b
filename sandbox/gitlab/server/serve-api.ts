import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { isObject } from '../../../shared/kernel/is-object.ts';
import { createMatcher } from '../../http/create-matcher.ts';
import type { Reply } from '../../http/send-reply.ts';
import { requireApiToken } from '../http/access.ts';
import { ApiError, invalidParameter } from '../http/api-error.ts';
import type { LoggedRequest } from '../http/request-log.ts';
import { commitStatusRoutes } from '../routes/commit-statuses.ts';
import { commitRoutes } from '../routes/commits.ts';
import { deliveryRoutes } from '../routes/delivery.ts';
import { eventRoutes } from '../routes/events.ts';
import { fileRoutes } from '../routes/files.ts';
import { answerGraphql } from '../routes/graphql.ts';
import { hookRoutes } from '../routes/hooks.ts';
import { mergeRequestRoutes } from '../routes/merge-requests.ts';
import { noteRoutes } from '../routes/notes.ts';
import { pipelineRoutes } from '../routes/pipelines.ts';
import { projectRoutes } from '../routes/projects.ts';
import { suggestionRoutes } from '../routes/suggestions.ts';
import { userRoutes } from '../routes/users.ts';
import type { FakeState } from '../state/fake-state.ts';

const matchRoute = createMatcher(
  [
    ...userRoutes,
    ...projectRoutes,
    ...commitRoutes,
    ...commitStatusRoutes,
    ...fileRoutes,
    ...deliveryRoutes,
    ...pipelineRoutes,
    ...eventRoutes,
    ...mergeRequestRoutes,
    ...noteRoutes,
    ...suggestionRoutes,
    ...hookRoutes,
  ],
  ({ name }) => name,
);

export interface ApiExchange {
  /** After `/api/v4`, still encoded. */
  path: string;
  url: URL;
  entry: LoggedRequest;
  state: FakeState;
}

/** Answers a REST request: who sends it, which route, what it says. Never throws. */
export async function answerApi(request: IncomingMessage, { path, url, entry, state }: ApiExchange): Promise<Reply> {
  try {
    entry.body = await text(request);
    const matched = matchRoute(entry.method, path);
    if (matched) entry.endpoint = matched.route.name;
    const token = requireApiToken(state, request.headers, entry.method);
    entry.username = token.user.username;
    if (!matched) throw new ApiError(404, { error: '404 Not Found' });
    const body = { ...Object.fromEntries(url.searchParams), ...parseBody(entry.body) };
    const absolute = new URL(url.pathname + url.search, state.url);
    const call = {
      state,
      params: matched.params,
      query: url.searchParams,
      body,
      url: absolute,
      user: token.user,
      token,
    };
    return await matched.route.handle(call);
  } catch (error) {
    return toReply(error, entry);
  }
}

/** Answers a GraphQL query, which reads although it is sent as POST. Never throws. */
export async function answerGraphqlRequest(
  request: IncomingMessage,
  { url, entry, state }: ApiExchange,
): Promise<Reply> {
  try {
    entry.body = await text(request);
    entry.endpoint = 'POST /graphql';
    const token = requireApiToken(state, request.headers, 'GET');
    entry.username = token.user.username;
    const call = {
      state,
      params: {},
      query: url.searchParams,
      body: parseBody(entry.body),
      url,
      user: token.user,
      token,
    };
    return await answerGraphql(call);
  } catch (error) {
    return toReply(error, entry);
  }
}

function toReply(error: unknown, entry: LoggedRequest): Reply {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  // A mistake of the sandbox: say so loudly, a test must not take it for GitLab's behaviour.
  process.stderr.write(`sandbox GitLab failed at ${entry.method} ${entry.url}: ${String((error as Error).stack)}\n`);
  return { status: 500, body: { message: '500 Internal Server Error' } };
}

function parseBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { ...value };
  } catch {
    // Refused below with the same answer, as GitLab does.
  }
  throw invalidParameter('The request body is not a JSON object');
}
