import type { GitLab } from '../../domain/ports/gitlab.ts';
import { once } from '../../kernel/once.ts';
import {
  ApprovalsResponse,
  BranchResponse,
  MemberResponse,
  ProjectResponse,
  parseList,
  parseResponse,
  ReviewersResponse,
  TokenResponse,
  UserResponse,
} from './api-schemas.ts';
import { createBranchMethods } from './branch-methods.ts';
import { createCommitCommentMethods } from './commit-comment-methods.ts';
import { createCommitStatusMethods } from './commit-status-methods.ts';
import { createUserFinder, findByEmail } from './find-user.ts';
import { hasNextPage } from './has-next-page.ts';
import { createHookMethods } from './hook-methods.ts';
import { inspectProject } from './inspect-project.ts';
import { listChangedMergeRequests } from './list-changed-merge-requests.ts';
import { createMergeRequestMethods } from './merge-request-methods.ts';
import { createNoteMethods } from './note-methods.ts';
import { orHidden, orUndefined } from './or-undefined.ts';
import { createPipelineMethods } from './pipeline-methods.ts';
import { createRequester, type RequesterDeps } from './requester.ts';
import { createResources } from './resources.ts';

/** What a client needs. The base URL is `https://gitlab.example.com`, with its sub-path when it has one. */
export type GitLabDeps = RequesterDeps;

/** GitLab's REST API v4 through one credential. Does no I/O before the first call. */
export function createGitLab(deps: GitLabDeps): GitLab {
  const baseUrl = deps.baseUrl.replace(/\/+$/, '');
  const request = createRequester({ ...deps, baseUrl });
  const resources = createResources(request, baseUrl);
  const { projects, branches, members, users, tokens, approvals, mergeRequests } = resources;
  const findUserByUsername = createUserFinder(users);
  const askCurrentUser = async () => parseResponse(UserResponse, await users.showCurrentUser(), 'the current user');
  let currentUser = once(askCurrentUser);

  return {
    getCurrentUser(age) {
      // When it was asked is not remembered here, so it may be older than any age.
      if (age?.maxAgeMs !== undefined) currentUser = once(askCurrentUser);
      return currentUser();
    },

    async findTokenInfo() {
      const body = await orHidden(tokens.show());
      return body === undefined ? undefined : parseResponse(TokenResponse, body, 'the token itself');
    },

    async findProject(path) {
      const body = await orUndefined(projects.show(path));
      return body === undefined ? undefined : parseResponse(ProjectResponse, body, 'a project');
    },

    async getProject(id) {
      return parseResponse(ProjectResponse, await projects.show(id), 'a project');
    },

    async listProjects(groupPath, page) {
      const path = `groups/${encodeURIComponent(groupPath)}/projects`;
      const order = { order_by: 'id', sort: 'asc', per_page: 100, page };
      const query = { include_subgroups: true, with_shared: false, ...order };
      const { body, headers } = await request({ method: 'GET', path, query });
      const listed = parseList(ProjectResponse, body, { what: path, log: deps.log });
      return { projects: listed, hasNext: hasNextPage(headers['link']) };
    },

    async findBranch(projectId, name) {
      const body = await orUndefined(branches.show(projectId, name));
      return body === undefined ? undefined : parseResponse(BranchResponse, body, 'a branch');
    },

    async getAccessLevel(projectId, userId) {
      const body = await orHidden(members.show(projectId, userId, { includeInherited: true }));
      return body === undefined ? 0 : parseResponse(MemberResponse, body, 'a member').access_level;
    },

    inspectProject: (projectId) => inspectProject(request, projectId),

    async listApprovers(projectId, iid) {
      const body = await orHidden(approvals.showConfiguration(projectId, { mergerequestIId: iid }));
      return body === undefined ? [] : parseResponse(ApprovalsResponse, body, 'approvals');
    },

    async listChangeRequesters(projectId, iid) {
      const body = await orHidden(mergeRequests.showReviewers(projectId, iid));
      return body === undefined ? [] : parseResponse(ReviewersResponse, body, 'reviewers');
    },

    async findUserById(userId) {
      const body = await orUndefined(users.show(userId));
      return body === undefined ? undefined : parseResponse(UserResponse, body, 'a user');
    },

    findUserByUsername,

    async findUserByEmail(email) {
      const { body } = await request({ method: 'GET', path: 'users', query: { search: email, per_page: 20 } });
      return findByEmail(email, body);
    },

    listMergeRequests(where, { updatedAfter }) {
      const owner =
        'groupPath' in where ? `groups/${encodeURIComponent(where.groupPath)}` : `projects/${where.projectId}`;
      return listChangedMergeRequests(request, `${owner}/merge_requests`, { updatedAfter, log: deps.log });
    },

    ...createMergeRequestMethods(resources.mergeRequests, deps.log),
    ...createNoteMethods(resources, request, deps.log),
    ...createCommitCommentMethods(request, deps.log),
    ...createBranchMethods(request),
    ...createHookMethods(resources.hooks),
    ...createPipelineMethods(request, deps.log),
    ...createCommitStatusMethods(request, deps.log),
  };
}
