import type { Askers, JiraBinding } from '../../domain/mapping/binding.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { AskRefusal } from '../../domain/runs/ask-refusal.ts';
import { type Ask, findAskRefusal } from '../../domain/tasks/may-ask.ts';
import { type Clock, MINUTE } from '../../kernel/clock.ts';
import { createKeep } from '../../kernel/create-keep.ts';
import { isRefusal } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { sameName } from '../../kernel/text/same-name.ts';

export interface AskedBy {
  by: Ask['by'];
  /** Absent: Jira does not say who. */
  asker?: { accountId: string; accountType?: string } | undefined;
  binding: Pick<JiraBinding, 'jiraProject' | 'askers'>;
}

/**
 * Why this account may not start work, or `undefined` when it may. Asks Jira only where the binding names groups or
 * roles.
 * @throws {TaskError} `jira-*` of what may pass by itself or with a new token; a refusal that stays is `asker-unknown`.
 */
export type CheckAsker = (asked: AskedBy) => Promise<AskRefusal | undefined>;

export interface AskerCheckDeps {
  jira: Pick<Jira, 'listGroups' | 'listRoleActors'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

type Membership = NonNullable<Ask['membership']>;

/** A poll sees the same tickets every minute. Who joins a group can ask after that time, and who leaves it cannot. */
const KEEP_MS = 5 * MINUTE;
const MAX_REMEMBERED = 1000;

/** The check of one process, which remembers who is a member for five minutes. */
export function createAskerCheck({ jira, clock, log }: AskerCheckDeps): CheckAsker {
  const keep = createKeep({ ms: KEEP_MS, max: MAX_REMEMBERED, clock });

  async function find(accountId: string, jiraProject: string, askers: Askers): Promise<Membership> {
    try {
      return (await isMember(accountId, jiraProject, askers, jira)) ? 'member' : 'stranger';
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log.error('members not readable', { jiraProject, error });
      return 'unknown';
    }
  }

  function membershipOf(accountId: string, jiraProject: string, askers: Askers): Promise<Membership> {
    const key = JSON.stringify([accountId, jiraProject, askers]);
    return keep(key, () => find(accountId, jiraProject, askers));
  }

  return async ({ by, asker, binding }) => {
    const ask: Ask = { by, accountType: asker?.accountType };
    const refusal = findAskRefusal(ask);
    if (refusal || !binding.askers) return refusal;
    const membership = asker ? await membershipOf(asker.accountId, binding.jiraProject, binding.askers) : 'unknown';
    return findAskRefusal({ ...ask, membership });
  };
}

async function isMember(
  accountId: string,
  jiraProject: string,
  { groups, roles }: Askers,
  jira: AskerCheckDeps['jira'],
): Promise<boolean> {
  const named = [...groups];
  for (const role of roles) {
    const actors = await jira.listRoleActors(jiraProject, role);
    if (actors.accountIds.includes(accountId)) return true;
    named.push(...actors.groups);
  }
  if (named.length === 0) return false;
  const own = await jira.listGroups(accountId);
  return own.some((group) => named.some((name) => sameName(name, group)));
}
