import type { Jira } from '../../domain/ports/jira.ts';
import { sameName } from '../../kernel/text/same-name.ts';
import { get, parseResponse } from './api-request.ts';
import { GroupsResponse, ProjectRolesResponse, RoleResponse } from './api-schemas.ts';
import type { Requester } from './requester.ts';

/**
 * Groups of an account and actors of a project role. `GET user/groups` gives all groups at once; a role is found by its
 * name in `GET project/{key}/role`, which gives an address that ends in its id
 * (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-project-roles/).
 */
export function createMemberApi({ request }: { request: Requester }): Pick<Jira, 'listGroups' | 'listRoleActors'> {
  return {
    async listGroups(accountId, signal) {
      const response = await request(get('user/groups', { accountId }), signal);
      return parseResponse(GroupsResponse, response).map(({ name }) => name);
    },
    async listRoleActors(projectKey, role, signal) {
      const path = `project/${encodeURIComponent(projectKey)}/role`;
      const roles = parseResponse(ProjectRolesResponse, await request(get(path), signal));
      const address = Object.entries(roles).find(([name]) => sameName(name, role))?.[1];
      const id = /\/(\d+)$/.exec(address ?? '')?.[1];
      if (id === undefined) return { accountIds: [], groups: [] };
      const { actors } = parseResponse(RoleResponse, await request(get(`${path}/${id}`), signal));
      return {
        accountIds: (actors ?? []).flatMap(({ actorUser }) => (actorUser ? [actorUser.accountId] : [])),
        groups: (actors ?? []).flatMap(({ actorGroup }) => (actorGroup ? [actorGroup.name] : [])),
      };
    },
  };
}
