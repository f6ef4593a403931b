import { expect, it } from 'vitest';
import { aTorturedMergeRequest } from '../../../test/builders/torture.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkRequestedChanges } from './check-requested-changes.ts';

const ADA = { id: 1, username: 'ada', name: 'Ada', bot: false };
const BEA = { id: 2, username: 'bea', name: 'Bea', bot: false };
const BOT = { id: 3, username: 'renovate', name: 'Renovate', bot: true };
const MIRROR = { id: 4, username: 'mirror-1', name: 'Mirror', bot: false };

const own = (overrides: object = {}) =>
  aTorturedMergeRequest({ sourceBranch: 'agent/MARK-1', author: { username: 'agent-a', bot: true }, ...overrides });
const thread = (author: object, resolved = false) => ({
  notes: [{ author, system: false, resolvable: true, resolved }],
});
const say = (text: string, runId = 'run-1') => ({
  issueKey: 'MARK-1',
  commentId: runId,
  purpose: 'requested-changes',
  runId,
  text: `**Changes** in [!3](https://gitlab.example/3)${text}`,
});
const BY_ADA = ' by Ada (requested changes, 2 open threads).';
const asksAda = { changeRequesters: [ADA], discussions: [thread(ADA), thread(ADA), thread(ADA, true)] };

it.each<{ name: string; of?: object; reports?: Facts['reports']; expected: string[] }>([
  { name: 'nothing is asked for', expected: [] },
  { name: 'bots ask', of: { discussions: [thread(BOT), thread(MIRROR)], changeRequesters: [BOT] }, expected: [] },
  { name: 'a person asks and the ticket says so', of: asksAda, reports: [say(BY_ADA)], expected: [] },
  {
    name: 'a person asks and the ticket says nothing',
    of: asksAda,
    expected: ['loss: MARK-1 does not say that group/app!3 is to be changed'],
  },
  {
    name: 'the ticket says it twice',
    of: asksAda,
    reports: [say(BY_ADA), say(BY_ADA, 'merge-request-3-of-7')],
    expected: ['duplicate: MARK-1 has 2 comments about what is asked for'],
  },
  {
    name: 'another person asks too',
    of: { ...asksAda, changeRequesters: [ADA, BEA] },
    reports: [say(BY_ADA)],
    expected: ['stuck: MARK-1 does not say of group/app!3: Bea (requested changes)'],
  },
  {
    name: 'nothing is open any more and the ticket says it is',
    reports: [say(BY_ADA)],
    expected: ['stuck: MARK-1 does not say of group/app!3: none is open any more'],
  },
  { name: 'nothing is open any more', reports: [say(', and none is open any more.')], expected: [] },
  {
    name: 'it was merged and the ticket says it is open',
    of: { ...asksAda, state: 'merged' },
    reports: [say(BY_ADA)],
    expected: ['stuck: MARK-1 does not say of group/app!3: which is merged now'],
  },
  {
    name: 'it was closed',
    of: { ...asksAda, state: 'closed' },
    reports: [say(', which is closed now.')],
    expected: [],
  },
  { name: 'it is of a person', of: { ...asksAda, author: ADA }, expected: [] },
])('$name', ({ of = {}, reports = [], expected }) => {
  const found = checkRequestedChanges({ mergeRequests: [own(of)], reports });
  expect(found.map(({ kind, what }) => `${kind}: ${what}`)).toEqual(expected);
});
