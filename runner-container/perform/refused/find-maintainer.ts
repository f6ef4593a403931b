import { MAINTAINER } from '../../../shared/domain/accounts/project-roles.ts';
import type { GitLab, GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { AllowRefusal } from '../../../shared/domain/runs/allow-refusal.ts';
import { isRefusal } from '../../../shared/kernel/errors.ts';

/** Who says something, as the service knows them. */
export type Speaker =
  | { service: 'jira'; accountId: string }
  | { service: 'gitlab'; user: Pick<GitLabUser, 'id' | 'username'> };

export interface MaintainerDeps {
  gitlab: Pick<GitLab, 'findUserByEmail' | 'getAccessLevel' | 'getCurrentUser'>;
  /** Absent: no one speaks there. */
  jira?: Pick<Jira, 'findEmail'>;
  projectId: number;
}

/**
 * The maintainer of a project that a person is, or why they are none. A Jira account is tied to a GitLab user by the
 * e-mail address that both show, which both services have had confirmed. The account of the agent is no person.
 * @throws {TaskError} of Jira or GitLab, when asking again may help.
 */
export async function findMaintainer(
  speaker: Speaker,
  deps: MaintainerDeps,
): Promise<{ username: string } | { refusal: AllowRefusal }> {
  const user = speaker.service === 'gitlab' ? speaker.user : await findUser(speaker.accountId, deps);
  if ('refusal' in user) return user;
  const self = await deps.gitlab.getCurrentUser();
  const level = user.id === self.id ? 0 : await deps.gitlab.getAccessLevel(deps.projectId, user.id);
  if (level < MAINTAINER) return { refusal: { reason: 'allow-not-a-maintainer' } };
  return { username: user.username };
}

async function findUser(
  accountId: string,
  { gitlab, jira }: MaintainerDeps,
): Promise<Pick<GitLabUser, 'id' | 'username'> | { refusal: AllowRefusal }> {
  const email = await orNothing(async () => jira?.findEmail(accountId));
  if (email === undefined) return { refusal: { reason: 'allow-person-unknown', why: 'no-address' } };
  const user = await orNothing(() => gitlab.findUserByEmail(email));
  return user ?? { refusal: { reason: 'allow-person-unknown', why: 'no-user' } };
}

/** What a service refuses to show is not known; what may pass by itself is asked for again. */
async function orNothing<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
