import { describe, expect, it } from 'vitest';
import { aPerson } from '../../../../test/builders/audit.ts';
import type { Person } from '../facts/person.ts';
import { isBotPerson } from './is-bot-person.ts';
import { personOf, samePerson } from './same-person.ts';

const unknown: Person = {
  username: 'not-known',
  name: 'not-known',
  emails: 'not-known',
  accountId: 'not-known',
  bot: 'not-known',
};

describe('samePerson', () => {
  it.each<[string, Partial<Person>, Partial<Person>, boolean]>([
    ['two usernames decide, in any case', { username: 'Ann', name: 'a' }, { username: 'ann', name: 'b' }, true],
    [
      'two usernames that differ decide against an equal name',
      { username: 'ann1', name: 'Ann' },
      { username: 'ann2', name: 'Ann' },
      false,
    ],
    ['account ids decide', { accountId: '1', name: 'Ann' }, { accountId: '2', name: 'Ann' }, false],
    ['a common address decides', { emails: ['a@x', 'b@x'] }, { emails: ['B@X'] }, true],
    [
      'known addresses without a common one decide against an equal name',
      { emails: ['a@x'], name: 'Ann' },
      { emails: ['b@x'], name: 'Ann' },
      false,
    ],
    [
      'an equal name counts where addresses are hidden',
      { username: 'ann', name: 'Ann' },
      { emails: ['b@x'], name: 'ann ' },
      true,
    ],
    ['two persons of whom nothing is known are not taken for one', {}, {}, false],
  ])('%s', (_, a, b, expected) => {
    expect(samePerson({ ...unknown, ...a }, { ...unknown, ...b })).toBe(expected);
    expect(samePerson({ ...unknown, ...b }, { ...unknown, ...a })).toBe(expected);
  });

  it('knows a committer by the private address of GitLab', () => {
    const committer = personOf({ name: 'A', email: '12-ann@users.noreply.gitlab.example.com' });
    expect(samePerson(committer, aPerson('ann'))).toBe(true);
  });
});

describe('isBotPerson', () => {
  it.each([
    ['project_12_bot', true],
    ['group_1_bot_ab12', true],
    ['service_account_group_1_x', true],
    ['dependabot[bot]', true],
    ['Renovate-Bot', true],
    ['abbot', false],
    ['project_bot_fan', false],
  ])('%s: %s', (username, expected) => {
    expect(isBotPerson(aPerson(username, { bot: 'not-known' }), ['renovate-bot'])).toBe(expected);
  });
});
