import { describe, expect, it } from 'vitest';

import type { ApiRequest } from './api-request.ts';
import { createMemberApi } from './member-api.ts';

function createFixture(responses: Record<string, unknown>) {
  const asked: ApiRequest[] = [];
  const request = async (sent: ApiRequest) => {
    asked.push(sent);
    return responses[sent.path];
  };
  return { asked, api: createMemberApi({ request }) };
}

it('names the groups of an account', async () => {
  const { api, asked } = createFixture({
    'user/groups': [{ name: 'developers', groupId: 'a', self: '' }, { name: 'ops' }],
  });
  expect(await api.listGroups('557:ada')).toEqual(['developers', 'ops']);
  expect(asked).toMatchObject([{ method: 'GET', path: 'user/groups', query: { accountId: '557:ada' } }]);
});

describe('the actors of a project role', () => {
  const roles = {
    Developers: 'https://site.example/rest/api/3/project/10000/role/10001',
    'atlassian-addons-project-access': 'https://site.example/rest/api/3/project/10000/role/10003',
  };
  const actors = [
    { id: 1, type: 'atlassian-user-role-actor', actorUser: { accountId: '557:ada' } },
    { id: 2, type: 'atlassian-group-role-actor', name: 'ops', actorGroup: { name: 'ops', groupId: 'b' } },
    { id: 3, type: 'something-new' },
  ];

  it('are accounts and groups, found by the name of the role in any case', async () => {
    const { api } = createFixture({ 'project/PROJ/role': roles, 'project/PROJ/role/10001': { actors } });
    expect(await api.listRoleActors('PROJ', ' developers ')).toEqual({ accountIds: ['557:ada'], groups: ['ops'] });
  });

  it.each([
    { name: 'a role the project does not have', role: 'Reviewers', response: { actors } },
    { name: 'a role without actors', role: 'Developers', response: {} },
  ])('are none for $name', async ({ role, response }) => {
    const { api } = createFixture({ 'project/PROJ/role': roles, 'project/PROJ/role/10001': response });
    expect(await api.listRoleActors('PROJ', role)).toEqual({ accountIds: [], groups: [] });
  });
});
