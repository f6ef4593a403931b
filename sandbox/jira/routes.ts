import * as z from 'zod';
import type { Reply } from '../http/send-reply.ts';
import { attachFiles, readAttachment } from './attachment-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { type Call, ok, pageOf, type Route, type RouteDeps, refuse, withIssue } from './call.ts';
import { createComment, editComment, listComments } from './comment-routes.ts';
import type { ScreenField, StoredIssue } from './model.ts';
import { RELEASE_ROUTES } from './release-routes.ts';
import { search } from './search.ts';

/** Every call this Jira understands. */
export const ROUTES: Route[] = [
  { endpoint: 'myself', method: 'GET', path: 'myself', answer: ({ user }, { views }) => ok(views.user(user)) },
  ...AUDIT_ROUTES,
  ...RELEASE_ROUTES,
  { endpoint: 'search', method: 'POST', path: 'search/jql', answer: search },
  { endpoint: 'users', method: 'GET', path: 'user/search', answer: findUsers },
  { endpoint: 'assignable-users', method: 'GET', path: 'user/assignable/search', answer: findAssignableUsers },
  { endpoint: 'permissions', method: 'GET', path: 'mypermissions', answer: listPermissions },
  { endpoint: 'statuses', method: 'GET', path: 'project/:project/statuses', answer: listStatuses },
  { endpoint: 'issue', method: 'GET', path: 'issue/:key', answer: withIssue(getIssue) },
  { endpoint: 'changelog', method: 'GET', path: 'issue/:key/changelog', answer: withIssue(getChangelog) },
  { endpoint: 'attachment', method: 'GET', path: 'attachment/content/:id', answer: readAttachment },
  {
    endpoint: 'attach',
    method: 'POST',
    path: 'issue/:key/attachments',
    answer: withIssue(attachFiles),
    needs: 'CREATE_ATTACHMENTS',
  },
  { endpoint: 'comments', method: 'GET', path: 'issue/:key/comment', answer: withIssue(listComments) },
  {
    endpoint: 'comment-create',
    method: 'POST',
    path: 'issue/:key/comment',
    answer: withIssue(createComment),
    needs: 'ADD_COMMENTS',
  },
  {
    endpoint: 'comment-edit',
    method: 'PUT',
    path: 'issue/:key/comment/:id',
    answer: withIssue(editComment),
    needs: 'EDIT_OWN_COMMENTS',
  },
  { endpoint: 'transitions', method: 'GET', path: 'issue/:key/transitions', answer: withIssue(listTransitions) },
  {
    endpoint: 'transition',
    method: 'POST',
    path: 'issue/:key/transitions',
    answer: withIssue(transition),
    needs: 'TRANSITION_ISSUES',
  },
  { endpoint: 'assign', method: 'PUT', path: 'issue/:key/assignee', answer: withIssue(assign), needs: 'ASSIGN_ISSUES' },
  { endpoint: 'property-get', method: 'GET', path: 'issue/:key/properties/:property', answer: withIssue(getProperty) },
  { endpoint: 'property-set', method: 'PUT', path: 'issue/:key/properties/:property', answer: withIssue(setProperty) },
  {
    endpoint: 'property-delete',
    method: 'DELETE',
    path: 'issue/:key/properties/:property',
    answer: withIssue(deleteProperty),
  },
  { endpoint: 'remote-links', method: 'GET', path: 'issue/:key/remotelink', answer: withIssue(listRemoteLinks) },
  {
    endpoint: 'remote-link',
    method: 'POST',
    path: 'issue/:key/remotelink',
    answer: withIssue(setRemoteLink),
    needs: 'LINK_ISSUES',
  },
];

/** Only the named ones, as the API wants it; an unknown name is refused. */
function listPermissions({ query }: Call, { state }: RouteDeps): Reply {
  const project = query.get('projectKey');
  if (project !== null && !state.hasProject(project))
    return refuse(404, `No project could be found with key '${project}'.`);
  const names = query.get('permissions')?.split(',') ?? [];
  if (names.length === 0) return refuse(400, 'The permissions query parameter is required.');
  const unknown = names.filter((name) => !/^[A-Z_]+$/.test(name));
  if (unknown.length > 0) return refuse(400, `Unrecognized permission(s): ${unknown.join(', ')}`);
  const denied: ReadonlySet<string> = state.denied;
  const permissions = names.map((name, index) => [
    name,
    { id: String(index + 1), key: name, name, type: 'PROJECT', description: '', havePermission: !denied.has(name) },
  ]);
  return ok({ permissions: Object.fromEntries(permissions) });
}

function findUsers({ query }: Call, { state, views }: RouteDeps): Reply {
  const user = state.users.get(query.get('accountId') ?? '');
  if (query.has('accountId'))
    return ok(user ? [{ ...views.user(user), ...(user.emailAddress ? { emailAddress: user.emailAddress } : {}) }] : []);
  const wanted = (query.get('query') ?? '').toLowerCase();
  const found = [...state.users.values()].filter(({ displayName, emailAddress }) =>
    [displayName, emailAddress ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  );
  return ok(found.map((user) => views.user(user)));
}

/** Everyone with an account may be given every issue here. */
function findAssignableUsers({ query }: Call, { state, views }: RouteDeps): Reply {
  if (!state.findIssue(query.get('issueKey') ?? ''))
    return refuse(404, 'Issue does not exist or you do not have permission to see it.');
  return ok([...state.users.values()].map((user) => views.user(user)));
}

function listStatuses({ params }: Call, { state, views }: RouteDeps): Reply {
  const key = params['project'] ?? '';
  if (!state.hasProject(key)) return refuse(404, `No project could be found with key '${key}'.`);
  const statuses = state.statusesOf(key).map((status) => views.status(status));
  return ok(
    ['Task', 'Bug'].map((name, index) => ({ self: '', id: String(index + 1), name, subtask: false, statuses })),
  );
}

function getIssue(issue: StoredIssue, { query }: Call, { views }: RouteDeps): Reply {
  const fields = query.get('fields')?.split(',') ?? ['*all'];
  const expand = (query.get('expand') ?? '').split(',');
  const expanded = { expandChangelog: expand.includes('changelog'), expandNames: expand.includes('names') };
  return ok(views.issue(issue, { fields, ...expanded, properties: query.get('properties')?.split(',') ?? [] }));
}

function getChangelog(issue: StoredIssue, { query }: Call, { views }: RouteDeps): Reply {
  const { startAt, maxResults } = pageOf(query);
  const values = issue.changes.slice(startAt, startAt + maxResults).map((change) => views.history(change));
  const total = issue.changes.length;
  return ok({ startAt, maxResults, total, isLast: startAt + values.length >= total, values });
}

function listTransitions(issue: StoredIssue, { query }: Call, { state, views }: RouteDeps): Reply {
  const withFields = (query.get('expand') ?? '').split(',').includes('transitions.fields');
  const offered = state.denied.has('TRANSITION_ISSUES') ? [] : state.transitionsOf(issue);
  const transitions = offered.map(({ id, name, to, screen }) => ({
    id,
    name,
    to: views.status(to),
    hasScreen: screen !== undefined,
    isGlobal: true,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    isLooped: false,
    ...(withFields ? { fields: viewScreen(screen) } : {}),
  }));
  return ok({ expand: 'transitions', transitions });
}

function viewScreen(screen: Record<string, ScreenField> = {}) {
  const fields = Object.entries(screen).map(([key, { hasDefaultValue = false, ...field }]) => [
    key,
    {
      key,
      schema: { type: field.allowedValues ? 'option' : 'string', system: key },
      operations: ['set'],
      hasDefaultValue,
      ...field,
    },
  ]);
  return Object.fromEntries(fields);
}

const TransitionBody = z.object({
  transition: z.object({ id: z.string() }),
  fields: z.record(z.string(), z.unknown()).default({}),
});

function transition(issue: StoredIssue, { body, user }: Call, { state }: RouteDeps): Reply {
  const parsed = TransitionBody.safeParse(body).data;
  const id = parsed?.transition.id;
  const found = state.transitionsOf(issue).find((candidate) => candidate.id === id);
  if (!found) return refuse(400, `Transition id '${id}' is not valid for this issue.`);
  const missing = Object.entries(found.screen ?? {}).filter(
    ([key, { required, hasDefaultValue }]) => required && !hasDefaultValue && parsed?.fields[key] === undefined,
  );
  if (missing.length > 0) {
    const errors = Object.fromEntries(missing.map(([key, { name }]) => [key, `${name} is required.`]));
    return { status: 400, body: { errorMessages: [], errors } };
  }
  state.moveTo(issue, found.to, user.accountId);
  return { status: 204 };
}

const AssigneeBody = z.object({ accountId: z.string().nullable() });

function assign(issue: StoredIssue, { body, user }: Call, { state }: RouteDeps): Reply {
  const parsed = AssigneeBody.safeParse(body);
  if (!parsed.success) return refuse(400, 'accountId is required.');
  const { accountId } = parsed.data;
  if (accountId !== null && !state.users.has(accountId)) return refuse(400, `User '${accountId}' does not exist.`);
  state.assign(issue, accountId, user.accountId);
  return { status: 204 };
}

function getProperty(issue: StoredIssue, { params }: Call): Reply {
  const key = params['property'] ?? '';
  if (!issue.properties.has(key)) return refuse(404, `The property ${key} does not exist.`);
  return ok({ key, value: issue.properties.get(key) });
}

function setProperty(issue: StoredIssue, { params, body }: Call): Reply {
  const key = params['property'] ?? '';
  if (body === undefined || JSON.stringify(body).length > 32_768)
    return refuse(400, 'The value of the property is not valid.');
  const status = issue.properties.has(key) ? 200 : 201;
  issue.properties.set(key, body);
  return { status, body: {} };
}

function deleteProperty(issue: StoredIssue, { params }: Call): Reply {
  const key = params['property'] ?? '';
  return issue.properties.delete(key) ? { status: 204 } : refuse(404, `The property ${key} does not exist.`);
}

function listRemoteLinks(issue: StoredIssue, _call: Call, { views }: RouteDeps): Reply {
  return ok(views.remoteLinks(issue));
}

const RemoteLinkBody = z.object({
  globalId: z.string().min(1).max(255),
  object: z.object({ url: z.url(), title: z.string().min(1) }),
});

function setRemoteLink(issue: StoredIssue, { body }: Call, { state }: RouteDeps): Reply {
  const parsed = RemoteLinkBody.safeParse(body);
  if (!parsed.success) return refuse(400, 'The remote link is not valid.');
  const { globalId, object } = parsed.data;
  const before = issue.remoteLinks.get(globalId);
  const id = before?.id ?? Number(state.nextId());
  issue.remoteLinks.set(globalId, { id, ...object });
  return { status: before ? 200 : 201, body: { id, self: '' } };
}
