import { expect, it } from 'vitest';

import { TaskError } from '../../kernel/errors.ts';
import { createMembershipApi } from './membership-api.ts';

/** Answers by path, as Jira gives them; what is not here is not found. */
function connect(answers: Record<string, unknown>) {
  return createMembershipApi(async ({ path }) => {
    if (path in answers) return answers[path];
    throw new TaskError('jira-not-found');
  });
}

const role = {
  name: 'Developers',
  actors: [
    { type: 'atlassian-user-role-actor', displayName: 'Ada', actorUser: { accountId: 'ada' } },
    { type: 'atlassian-group-role-actor', name: 'qa', actorGroup: { name: 'qa', displayName: 'qa' } },
  ],
};

it('lists the groups of an account; an account that Jira does not know is in none', async () => {
  const jira = connect({ 'user/groups': [{ name: 'devs', groupId: '1', self: 'x' }] });
  expect(await jira.listGroups('ada')).toEqual(['devs']);
  expect(await connect({}).listGroups('nobody')).toEqual([]);
});

it.each(['Developers', 'developers '])('finds who has the role %s', async (name) => {
  const roles = { Administrators: 'https://x/role/10', Developers: 'https://x/rest/api/3/project/1/role/10001' };
  const jira = connect({ 'project/PROJ/role': roles, 'project/PROJ/role/10001': role });
  expect(await jira.findRole('PROJ', name)).toEqual({ accountIds: ['ada'], groups: ['qa'] });
});

it('finds no role that the project does not have', async () => {
  expect(await connect({ 'project/PROJ/role': {} }).findRole('PROJ', 'Developers')).toBeUndefined();
});
