import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import type { Askers } from '../../domain/mapping/binding.ts';
import type { RoleActors } from '../../domain/ports/jira.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { createAskerCheck } from './create-asker-check.ts';

const NO_ACTORS: RoleActors = { accountIds: [], groups: [] };

interface Site {
  groups?: string[];
  roles?: Record<string, RoleActors>;
  failure?: ErrorCode;
}

function createFixture(site: Site) {
  const calls: string[] = [];
  const clock = createSteppedClock(0);
  const log = createMemoryLog();
  const called = (call: string) => {
    calls.push(call);
    if (site.failure) throw new TaskError(site.failure);
  };
  const jira = {
    async listGroups(accountId: string) {
      called(`groups ${accountId}`);
      return site.groups ?? [];
    },
    async listRoleActors(project: string, role: string) {
      called(`role ${role} of ${project}`);
      return site.roles?.[role] ?? NO_ACTORS;
    },
  };
  const check = createAskerCheck({ jira, clock, log });
  const ask = (askers: Askers | undefined, asker: { accountId: string; accountType?: string } | undefined = ADA) =>
    check({ by: 'comment', asker, binding: { jiraProject: 'PROJ', ...(askers ? { askers } : {}) } });
  return { ask, check, calls, clock, site, log };
}

const ADA = { accountId: 'ada', accountType: 'atlassian' };
const NAMED: Askers = { groups: ['Developers'], roles: ['Reviewers'] };

describe('an account that asks', () => {
  it('costs no request where the binding names no one, or when its type decides', async () => {
    const { ask, calls } = createFixture({});
    expect(await ask(undefined)).toBeUndefined();
    expect(await ask(NAMED, { accountId: 'eve', accountType: 'customer' })).toBe('asker-not-a-person');
    expect(calls).toEqual([]);
  });

  it.each<{ name: string; site: Site; refusal: string | undefined }>([
    { name: 'in a named group, in any case', site: { groups: ['x', 'developers'] }, refusal: undefined },
    {
      name: 'with a named role',
      site: { roles: { Reviewers: { ...NO_ACTORS, accountIds: ['ada'] } } },
      refusal: undefined,
    },
    {
      name: 'in a group that has a named role',
      site: { groups: ['staff'], roles: { Reviewers: { ...NO_ACTORS, groups: ['staff'] } } },
      refusal: undefined,
    },
    { name: 'in other groups', site: { groups: ['staff'] }, refusal: 'asker-not-named' },
    { name: 'that may not be looked up', site: { failure: 'jira-forbidden' }, refusal: 'asker-unknown' },
  ])('$name: $refusal', async ({ site, refusal }) => {
    expect(await createFixture(site).ask(NAMED)).toBe(refusal);
  });

  it.each(['jira-unavailable', 'jira-unauthorized'] as const)(
    'is remembered for five minutes, and a failure of Jira is not (%s)',
    async (failure) => {
      const { ask, calls, clock, site } = createFixture({ groups: ['developers'], failure });
      const groups: Askers = { groups: ['Developers'], roles: [] };
      await expect(ask(groups)).rejects.toMatchObject({ code: failure });
      delete site.failure;
      await Promise.all([ask(groups), ask(groups)]);
      clock.time += 5 * MINUTE - 1;
      await ask(groups);
      expect(calls).toHaveLength(2);
      clock.time += 1;
      site.groups = [];
      expect(await ask(groups)).toBe('asker-not-named');
    },
  );

  it.each(['jira-unauthorized', 'jira-sign-in-refused'] as const)(
    'is asked about again, and not refused, where the token of the agent was: %s',
    async (failure) => {
      const { ask, site } = createFixture({ groups: ['developers'], failure });
      await expect(ask(NAMED)).rejects.toMatchObject({ code: failure });
      delete site.failure;
      expect(await ask(NAMED)).toBeUndefined();
    },
  );

  it('is unknown where Jira does not say who asked, unless no one is named', async () => {
    const { check, calls } = createFixture({ groups: ['developers'] });
    const binding = { jiraProject: 'PROJ', askers: NAMED };
    expect(await check({ by: 'change', binding })).toBe('asker-unknown');
    expect(await check({ by: 'change', binding: { jiraProject: 'PROJ' } })).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it.each<{ name: string; askers: Askers; site: Site; calls: string[]; refusal: string | undefined }>([
    {
      name: 'has the role that is named first, which costs no further request',
      askers: { groups: ['Developers'], roles: ['Reviewers', 'Owners'] },
      site: { roles: { Reviewers: { ...NO_ACTORS, accountIds: ['ada'] } } },
      calls: ['role Reviewers of PROJ'],
      refusal: undefined,
    },
    {
      name: 'has a role that is named second',
      askers: { groups: [], roles: ['Reviewers', 'Owners'] },
      site: { roles: { Owners: { ...NO_ACTORS, accountIds: ['eve', 'ada'] } } },
      calls: ['role Reviewers of PROJ', 'role Owners of PROJ'],
      refusal: undefined,
    },
    {
      name: 'has no named role, which no group has',
      askers: { groups: [], roles: ['Reviewers'] },
      site: { groups: ['developers'] },
      calls: ['role Reviewers of PROJ'],
      refusal: 'asker-not-named',
    },
    {
      name: 'is in the group of a role and not in the named one',
      askers: NAMED,
      site: { groups: ['staff', 'guests'], roles: { Reviewers: { ...NO_ACTORS, groups: ['admins', 'guests'] } } },
      calls: ['role Reviewers of PROJ', 'groups ada'],
      refusal: undefined,
    },
  ])('$name: $refusal', async ({ askers, site, calls, refusal }) => {
    const fixture = createFixture(site);
    expect(await fixture.ask(askers)).toBe(refusal);
    expect(fixture.calls).toEqual(calls);
  });

  it('is looked up for each account, project and rule by itself', async () => {
    const { check, calls } = createFixture({ groups: ['developers'] });
    const askers: Askers = { groups: ['Developers'], roles: [] };
    const other: Askers = { groups: ['Owners'], roles: [] };
    const asks = (accountId: string, jiraProject: string, by: Askers) =>
      check({ by: 'change', asker: { accountId }, binding: { jiraProject, askers: by } });
    expect(await asks('ada', 'PROJ', askers)).toBeUndefined();
    expect(await asks('eve', 'PROJ', askers)).toBeUndefined();
    expect(await asks('ada', 'OPS', askers)).toBeUndefined();
    expect(await asks('ada', 'PROJ', other)).toBe('asker-not-named');
    expect(await asks('ada', 'PROJ', askers)).toBeUndefined();
    expect(calls).toEqual(['groups ada', 'groups eve', 'groups ada', 'groups ada']);
  });

  it('may not be looked up for a reason that the log names', async () => {
    const { ask, log } = createFixture({ failure: 'jira-forbidden' });
    await ask(NAMED);
    const error = expect.objectContaining({ code: 'jira-forbidden' });
    expect(log.lines).toEqual([
      { level: 'error', event: 'members not readable', fields: { jiraProject: 'PROJ', error } },
    ]);
  });
});
