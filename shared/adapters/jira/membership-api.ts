import { z } from 'zod';

import type { Jira } from '../../domain/ports/jira.ts';
import { sameName } from '../../domain/tasks/find-request.ts';
import { get, orUndefined, parseResponse } from './api-request.ts';
import type { Requester } from './requester.ts';

const GroupsResponse = z.array(z.object({ name: z.string() }));

/** Address of each role by its name; the id is the last segment. */
const RolesResponse = z.record(z.string(), z.string());

const RoleResponse = z.object({
  actors: z
    .array(
      z.object({
        actorUser: z.object({ accountId: z.string() }).optional(),
        actorGroup: z.object({ name: z.string() }).optional(),
      }),
    )
    .default([]),
});

/**
 * Groups and project roles of Jira (developer.atlassian.com, REST v3: "Get user groups", "Get project roles for
 * project", "Get project role for project").
 */
export function createMembershipApi(request: Requester): Pick<Jira, 'listGroups' | 'findRole'> {
  return {
    async listGroups(accountId, signal) {
      const answer = await orUndefined(request(get('user/groups', { accountId }), signal));
      return answer === undefined ? [] : parseResponse(GroupsResponse, answer).map(({ name }) => name);
    },

    async findRole(projectKey, role, signal) {
      const path = `project/${encodeURIComponent(projectKey)}/role`;
      const roles = parseResponse(RolesResponse, await request(get(path), signal));
      const address = Object.entries(roles).find(([name]) => sameName(name, role))?.[1];
      const id = /\/(\d+)\/?$/.exec(address ?? '')?.[1];
      if (id === undefined) return undefined;
      const { actors } = parseResponse(RoleResponse, await request(get(`${path}/${id}`), signal));
      return {
        accountIds: actors.flatMap(({ actorUser }) => (actorUser ? [actorUser.accountId] : [])),
        groups: actors.flatMap(({ actorGroup }) => (actorGroup ? [actorGroup.name] : [])),
      };
    },
  };
}
