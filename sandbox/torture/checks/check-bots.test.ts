import { expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import { aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { anAgentNote, aTorturedMergeRequest, someFacts } from '../../../test/builders/torture.ts';
import { GUIDES, MIRROR, RENOVATE } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkBots } from './check-bots.ts';

const ofBot = (username: string, path = GUIDES.repo) =>
  aTorturedMergeRequest({ project: { id: 7, path }, author: { id: 9, username, bot: username === RENOVATE } });
const aNote = (purpose: string, text = '') => anAgentNote({ repo: GUIDES.repo, purpose, text });
const LOCKED = '1 lock file of a dependency update: `package-lock.json`';
const reviews = (count: number, state: 'done' | 'superseded' = 'done') =>
  Array.from({ length: count }, (_, index) =>
    aRun({
      runId: `run-${index}`,
      state,
      task: aReviewTask({ id: `review~7~3~${index}`, headSha: String(index) }),
      result: { what: 'reviewed' },
    }),
  );
const place = { repo: GUIDES.repo, iid: 3, noteId: 8 };

it.each<{ name: string; facts: Partial<Facts>; torture?: Partial<TortureEnvironment>; expected: string[] }>([
  { name: 'no note where no bot is wanted', facts: { mergeRequests: [ofBot(RENOVATE, 'group/app')] }, expected: [] },
  {
    name: 'a note where no bot is wanted',
    facts: { mergeRequests: [ofBot(RENOVATE, 'group/app')], notes: [anAgentNote()] },
    expected: ['a note (summary) at group/app!3, of a bot that no binding wants reviewed'],
  },
  {
    name: 'an answer to a person there',
    facts: { mergeRequests: [ofBot(RENOVATE, 'group/app')], notes: [anAgentNote({ purpose: 'answer' })] },
    torture: { asked: [{ repo: 'group/app', iid: 3, noteId: 8 }] },
    expected: [],
  },
  {
    name: 'a summary of an update',
    facts: { mergeRequests: [ofBot(RENOVATE)], notes: [aNote('summary', LOCKED)] },
    expected: [],
  },
  {
    name: 'a summary that read the lock file',
    facts: { mergeRequests: [ofBot(RENOVATE)], notes: [aNote('summary', 'Fine.')] },
    expected: ['the summary of group/guides!3 does not name its lock file'],
  },
  {
    name: 'a thread at an update',
    facts: { mergeRequests: [ofBot(RENOVATE)], notes: [aNote('summary', LOCKED), aNote('finding')] },
    expected: ['a thread at group/guides!3, a dependency update that is to have none'],
  },
  {
    name: 'a thread at a page of a bot',
    facts: { mergeRequests: [ofBot(MIRROR)], notes: [aNote('finding')] },
    expected: [],
  },
  { name: 'six reviews', facts: { mergeRequests: [ofBot(MIRROR)], runs: reviews(6) }, expected: [] },
  {
    name: 'more that were skipped',
    facts: { mergeRequests: [ofBot(MIRROR)], runs: reviews(9, 'superseded') },
    expected: [],
  },
  {
    name: 'a seventh review',
    facts: { mergeRequests: [ofBot(MIRROR)], runs: reviews(7) },
    expected: ['group/guides!3 of a bot was reviewed 7 times unasked'],
  },
  {
    name: 'a bot that asks in vain',
    facts: { mergeRequests: [ofBot(MIRROR)] },
    torture: { ignored: [place] },
    expected: [],
  },
  {
    name: 'a bot that is answered',
    facts: {
      mergeRequests: [ofBot(MIRROR)],
      notes: [anAgentNote({ repo: GUIDES.repo, purpose: 'answer', answers: 8 })],
    },
    torture: { ignored: [place] },
    expected: ['note 8 of a bot at group/guides!3 was worked on'],
  },
  {
    name: 'a bot whose request began a run',
    facts: { mergeRequests: [ofBot(MIRROR)], runs: [aRun({ task: aReplyTask({ noteId: 8 }) })] },
    torture: { ignored: [place] },
    expected: ['note 8 of a bot at group/guides!3 was worked on'],
  },
])('$name', ({ facts, torture, expected }) => {
  const said = { asked: [], ignored: [], ...torture };
  expect(checkBots(someFacts(facts), said).map(({ what }) => what)).toEqual(expected);
});
