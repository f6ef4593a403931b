import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import type { Askers } from '../../domain/mapping/binding.ts';
import type { RoleActors } from '../../domain/ports/jira.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
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
  const called = (call: string) => {
    calls.push(call);
    if (site.failure) throw new TaskError(site.failure);
  };
  const jira = {
    async listGroups(accountId: string) {
      called(`groups ${accountId}`);
      return site.groups ?? [];
    },
    async listRoleActors(_project: string, role: string) {
      called(`role ${role}`);
      return site.roles?.[role] ?? NO_ACTORS;
    },
  };
  const check = createAskerCheck({ jira, clock, log: silentLog });
  const ask = (askers: Askers | undefined, asker: { accountId: string; accountType?: string } | undefined = ADA) =>
    check({ by: 'comment', asker, binding: { jiraProject: 'PROJ', ...(askers ? { askers } : {}) } });
  return { ask, calls, clock, site };
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

  it('is remembered for five minutes, and a failure of Jira is not', async () => {
    const { ask, calls, clock, site } = createFixture({ groups: ['developers'], failure: 'jira-unavailable' });
    const groups: Askers = { groups: ['Developers'], roles: [] };
    await expect(ask(groups)).rejects.toMatchObject({ code: 'jira-unavailable' });
    delete site.failure;
    await Promise.all([ask(groups), ask(groups)]);
    clock.time += 5 * MINUTE - 1;
    await ask(groups);
    expect(calls).toHaveLength(2);
    clock.time += 1;
    site.groups = [];
    expect(await ask(groups)).toBe('asker-not-named');
  });
});
