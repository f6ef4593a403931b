import { expect, it } from 'vitest';
import type { AnswerAge } from '../../../shared/domain/ports/gitlab.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { aGitLabUser } from '../../../test/builders/gitlab.ts';
import { findSelf } from './find-self.ts';

const remembered = aGitLabUser({ id: 99, username: 'cmap' });
const now = aGitLabUser({ id: 99, username: 'cmap-agent' });

const findFor = (actor: { id: number; username: string }) =>
  findSelf(
    {
      getCurrentUser: async (age: AnswerAge = {}) => {
        if (age.maxAgeMs === undefined) return remembered;
        expect(age.maxAgeMs).toBe(1 * MINUTE);
        return now;
      },
    },
    actor,
  );

it.each([
  { name: 'a person', actor: { id: 5, username: 'ada' } },
  { name: 'we ourselves', actor: { id: 99, username: 'cmap' } },
  { name: 'we ourselves, in another case', actor: { id: 99, username: 'CMAP' } },
  { name: 'not said', actor: { id: 0, username: '' } },
  { name: 'said by its name alone', actor: { id: 0, username: 'cmap' } },
  { name: 'said by its id alone', actor: { id: 99, username: '' } },
])('who we are is believed where the actor is $name', async ({ actor }) => {
  expect(await findFor(actor)).toBe(remembered);
});

it.each([
  { name: 'has our id and another username, after we were renamed', actor: { id: 99, username: 'cmap-agent' } },
  { name: 'has our username and another id', actor: { id: 7, username: 'cmap' } },
])('who we are is asked anew where the actor $name', async ({ actor }) => {
  expect(await findFor(actor)).toBe(now);
});
