import { describe, expect, it } from 'vitest';
import { aJiraUser, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { BindingMode } from '../mapping/binding.ts';
import type { IssueComment } from '../ports/jira.ts';
import { planRating } from './plan-rating.ts';

const ENDED = 1_000_000;
const person = aJiraUser();

function aRun({ runId = 'run-1', what = 'shadow-change', state = 'done' as const, updatedAt = ENDED } = {}) {
  return { runId, task: aCodingTask(), state, updatedAt, result: { what } };
}

type Given = Partial<IssueComment> & { mode?: BindingMode; runs?: ReturnType<typeof aRun>[] };

function plan(body: string, { mode = 'shadow', runs = [aRun()], ...comment }: Given = {}) {
  const at = { createdAt: ENDED + MINUTE, updatedAt: ENDED + MINUTE };
  const said = anIssueComment({ author: person, body, ...at, ...comment });
  return planRating(said, { mode }, { self: theAgent(), words: ['/copilot', '@cmap'], runs });
}

it.each([
  { body: '/copilot yes', answer: 'yes' },
  { body: '/copilot No.', answer: 'no' },
  { body: '@cmap, yes!', answer: 'yes' },
  { body: `@${theAgent().displayName} no`, answer: 'no' },
])('takes $body for $answer', ({ body, answer }) => {
  expect(plan(body)).toEqual({ action: 'rate', runId: 'run-1', answer });
});

it.each([
  'yes',
  '/copilot yes, but rename it',
  '/copilot yes\n\nThanks',
  '> /copilot yes',
  '`/copilot yes`',
  '    /copilot yes',
  '/copilot go',
  '/copilotyes',
])('takes %j for no word about a run', (body) => {
  expect(plan(body)).toBeUndefined();
});

it.each<{ reason: string; comment: Given }>([
  { reason: 'own-comment', comment: { author: theAgent() } },
  { reason: 'other-bot', comment: { author: { accountId: 'b', displayName: 'Bot', accountType: 'app' } } },
  { reason: 'anonymous-comment', comment: { author: { accountId: '', displayName: '' } } },
  { reason: 'restricted-comment', comment: { restricted: true } },
  { reason: 'rating-edited', comment: { updatedAt: ENDED + 2 * MINUTE } },
  { reason: 'nothing-to-rate', comment: { runs: [] } },
  { reason: 'nothing-to-rate', comment: { runs: [aRun({ what: 'merge-request' })] } },
  { reason: 'nothing-to-rate', comment: { createdAt: ENDED - MINUTE, updatedAt: ENDED - MINUTE } },
])('counts none that is $reason', ({ reason, comment }) => {
  expect(plan('/copilot yes', comment)).toEqual({ action: 'skip', reason });
});

describe('of several runs', () => {
  it('it is about the newest that had ended when it was written', () => {
    const runs = [aRun({ runId: 'later', updatedAt: ENDED + 5 * MINUTE }), aRun({ runId: 'meant' })];
    expect(plan('/copilot yes', { runs })).toMatchObject({ runId: 'meant' });
    const skewed = { createdAt: ENDED - 2 * SECOND, updatedAt: ENDED - 2 * SECOND };
    expect(plan('/copilot yes', skewed)).toMatchObject({ runId: 'run-1' });
  });

  it('in a live binding it is none, unless the newest was still in shadow', () => {
    expect(plan('/copilot yes', { mode: 'live' })).toMatchObject({ action: 'rate' });
    const runs = [aRun({ runId: 'live', what: 'merge-request' }), aRun()];
    expect(plan('/copilot yes', { mode: 'live', runs })).toBeUndefined();
  });
});
