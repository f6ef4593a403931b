import { expect, it } from 'vitest';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { findMaintainer, type MaintainerDeps } from './find-maintainer.ts';

const MIA = { id: 5, username: 'mia', name: 'Mia', bot: false };
const SELF = { id: 1, username: 'cmap-bot', name: 'cmap', bot: true };
const JIRA = { service: 'jira', accountId: 'acc-mia' } as const;

function aGitLab(level: number, user: typeof MIA | undefined = MIA): MaintainerDeps['gitlab'] {
  return { findUserByEmail: async () => user, getAccessLevel: async () => level, getCurrentUser: async () => SELF };
}
const withEmail = (email?: string): NonNullable<MaintainerDeps['jira']> => ({ findEmail: async () => email });

it.each([
  { name: 'a maintainer', level: 40, found: { username: 'mia' } },
  { name: 'an owner', level: 50, found: { username: 'mia' } },
  { name: 'a developer', level: 30, found: { refusal: { reason: 'allow-not-a-maintainer' } } },
])('findMaintainer says of $name, in Jira and in GitLab', async ({ level, found }) => {
  const deps = { gitlab: aGitLab(level), jira: withEmail('mia@example.com'), projectId: 7 };
  expect(await findMaintainer(JIRA, deps)).toEqual(found);
  expect(await findMaintainer({ service: 'gitlab', user: MIA }, deps)).toEqual(found);
});

it('the account of the agent lets nothing pass in any role', async () => {
  const deps = { gitlab: aGitLab(40, SELF), jira: withEmail('cmap@example.com'), projectId: 7 };
  const refused = { refusal: { reason: 'allow-not-a-maintainer' } };
  expect(await findMaintainer(JIRA, deps)).toEqual(refused);
  expect(await findMaintainer({ service: 'gitlab', user: SELF }, deps)).toEqual(refused);
});

it('who cannot be tied to a GitLab user is told why', async () => {
  const unknown = (why: string) => ({ refusal: { reason: 'allow-person-unknown', why } });
  const about = { projectId: 7 };
  const noUser = { ...aGitLab(40), findUserByEmail: async () => undefined };
  expect(await findMaintainer(JIRA, { ...about, gitlab: aGitLab(40), jira: withEmail() })).toEqual(
    unknown('no-address'),
  );
  expect(await findMaintainer(JIRA, { ...about, gitlab: noUser, jira: withEmail('a@b.example') })).toEqual(
    unknown('no-user'),
  );
});

it('what a service refuses to show is not known, and what may pass is asked for again', async () => {
  const failing = (code: 'jira-forbidden' | 'jira-unavailable') => ({
    gitlab: aGitLab(40),
    jira: { findEmail: () => Promise.reject(new TaskError(code)) },
    projectId: 7,
  });
  expect(await findMaintainer(JIRA, failing('jira-forbidden'))).toMatchObject({ refusal: { why: 'no-address' } });
  await expect(findMaintainer(JIRA, failing('jira-unavailable'))).rejects.toMatchObject({ code: 'jira-unavailable' });
});
