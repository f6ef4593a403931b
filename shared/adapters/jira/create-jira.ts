import type { Jira } from '../../domain/ports/jira.ts';
import { once, untilAborted } from '../../kernel/once.ts';
import { get, issuePath, orUndefined, parseResponse, postOnce, postRepeatable, put } from './api-request.ts';
import {
  EmailsResponse,
  PermissionsResponse,
  ProjectResponse,
  ProjectStatusesResponse,
  RemoteLinksResponse,
  TransitionsResponse,
  UserResponse,
  UsersResponse,
} from './api-schemas.ts';
import { createAttachmentApi } from './attachment-api.ts';
import { createCommentApi } from './comment-api.ts';
import { createIssueApi } from './issue-api.ts';
import { createMemberApi } from './member-api.ts';
import { readTransition, readUser } from './read-issue.ts';
import { readRemoteLinks } from './read-remote-links.ts';
import { createReleaseApi } from './release-api.ts';
import { createRequester, type RequesterDeps } from './requester.ts';

export interface JiraDeps extends RequesterDeps {
  /** Where people look: `https://site.atlassian.net`. The API may be elsewhere. */
  siteUrl: string;
}

/** Jira Cloud's REST API v3 behind the port. Opens no connection until it is asked something. */
export function createJira(deps: JiraDeps): Jira {
  const request = createRequester(deps);
  // The account behind a token never changes, so one question is enough.
  const getMyself = once(async () => readUser(parseResponse(UserResponse, await request(get('myself')))));

  return {
    ...createIssueApi({ request, siteUrl: deps.siteUrl, log: deps.log }),
    ...createAttachmentApi(deps, { request, getMyself }),
    ...createCommentApi({ request, log: deps.log }),
    ...createMemberApi({ request }),
    ...createReleaseApi({ request, siteUrl: deps.siteUrl }),
    async listTransitions(key, signal) {
      const answer = await request(get(issuePath(key, 'transitions'), { expand: 'transitions.fields' }), signal);
      return parseResponse(TransitionsResponse, answer).transitions.map(readTransition);
    },
    async transition(key, id, signal) {
      // From the next status the same transition may lead elsewhere, or nowhere.
      await request(postOnce(issuePath(key, 'transitions'), { transition: { id } }), signal);
    },
    async assign(key, accountId, signal) {
      await request(put(issuePath(key, 'assignee'), { accountId }), signal);
    },
    async addLabel(key, label, signal) {
      await request(put(issuePath(key), { update: { labels: [{ add: label }] } }), signal);
    },
    async removeLabel(key, label, signal) {
      await request(put(issuePath(key), { update: { labels: [{ remove: label }] } }), signal);
    },
    getMyself: (signal) => untilAborted(getMyself(), signal),
    async setProperty(key, property, value, signal) {
      await request(put(issuePath(key, 'properties', property), value), signal);
    },
    async deleteProperty(key, property, signal) {
      const path = issuePath(key, 'properties', property);
      await orUndefined(request({ method: 'DELETE', path, repeatable: true }, signal));
    },
    async listRemoteLinks(key, signal) {
      const answer = await request(get(issuePath(key, 'remotelink')), signal);
      return readRemoteLinks(parseResponse(RemoteLinksResponse, answer));
    },
    async setRemoteLink(key, { globalId, url, title }, signal) {
      const link = { globalId, object: { url, title } };
      await request(postRepeatable(issuePath(key, 'remotelink'), link), signal);
    },
    async findUsers(query, signal) {
      const answer = await request(get('user/search', { query, maxResults: 100 }), signal);
      return parseResponse(UsersResponse, answer).map(readUser);
    },
    async findUserById(accountId, signal) {
      const answer = await request(get('user/search', { accountId }), signal);
      return parseResponse(UsersResponse, answer)
        .map(readUser)
        .find((user) => user.accountId === accountId);
    },
    async findEmail(accountId, signal) {
      const answer = parseResponse(EmailsResponse, await request(get('user/search', { accountId }), signal));
      return answer.find((user) => user.accountId === accountId)?.emailAddress || undefined;
    },
    async listPermissions(projectKey, permissions, signal) {
      const query = { projectKey, permissions: permissions.join(',') };
      const answer = parseResponse(PermissionsResponse, await request(get('mypermissions', query), signal));
      return permissions.filter((key) => answer.permissions[key]?.havePermission === true);
    },
    async getProjectKey(projectKey, signal) {
      const answer = await request(get(`project/${encodeURIComponent(projectKey)}`), signal);
      return parseResponse(ProjectResponse, answer).key;
    },
    async listStatuses(projectKey, signal) {
      const answer = await request(get(`project/${encodeURIComponent(projectKey)}/statuses`), signal);
      // Every issue type lists its own statuses, most of them the same.
      const statuses = parseResponse(ProjectStatusesResponse, answer).flatMap((issueType) => issueType.statuses);
      return [...new Map(statuses.map((status) => [status.id, status])).values()].map(
        ({ id, name, statusCategory }) => ({ id, name, category: statusCategory?.key ?? 'undefined' }),
      );
    },
  };
}
