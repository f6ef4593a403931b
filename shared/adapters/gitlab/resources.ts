import {
  Branches,
  MergeRequestApprovals,
  MergeRequestDiscussions,
  MergeRequestNotes,
  MergeRequests,
  PersonalAccessTokens,
  ProjectHooks,
  ProjectMembers,
  Projects,
  Users,
} from '@gitbeaker/rest';
import { type ApiRequest, type Requester, toSnakeCase } from './requester.ts';

/** The library's resources, each talking through our own requester: its retries, timers and rate limiters stay out. */
export function createResources(request: Requester, host: string) {
  // The library insists on a token of its own; ours is added where the request is sent.
  const options = { host, token: 'unused', queryTimeout: null, requesterFn: toRequesterFn(request) };
  return {
    projects: new Projects(options),
    branches: new Branches(options),
    members: new ProjectMembers(options),
    users: new Users(options),
    tokens: new PersonalAccessTokens(options),
    mergeRequests: new MergeRequests(options),
    approvals: new MergeRequestApprovals(options),
    notes: new MergeRequestNotes(options),
    discussions: new MergeRequestDiscussions(options),
    hooks: new ProjectHooks(options),
  };
}

type ResourceOptions = NonNullable<ConstructorParameters<typeof Projects>[0]>;
type RequesterFn = NonNullable<ResourceOptions['requesterFn']>;
type LibraryRequester = ReturnType<RequesterFn>;

function toRequesterFn(request: Requester): RequesterFn {
  return ({ url }) => {
    // The library joins host, version and a resource's own prefix; only the prefix is news to our requester.
    const prefix = url.slice(url.indexOf('/api/v4/') + '/api/v4/'.length).replace(/\/+$/, '');
    const send = (method: ApiRequest['method']) => async (endpoint: string, options?: LibraryOptions) =>
      request({
        method,
        path: prefix === '' ? endpoint : `${prefix}/${endpoint}`,
        query: options?.searchParams,
        body: hasFields(options?.body) ? toWireNames(options.body) : undefined,
      });
    // The library's types promise a body per endpoint; ours is unknown until a schema has read it.
    return {
      get: send('GET'),
      post: send('POST'),
      put: send('PUT'),
      patch: send('PATCH'),
      delete: send('DELETE'),
    } as unknown as LibraryRequester;
  };
}

interface LibraryOptions {
  searchParams?: Record<string, unknown>;
  body?: unknown;
}

function hasFields(body: unknown): body is object {
  return typeof body === 'object' && body !== null && Object.keys(body).length > 0;
}

/** Field names as GitLab spells them, at every depth; values untouched. */
function toWireNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWireNames);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [toSnakeCase(name), toWireNames(field)]));
}
