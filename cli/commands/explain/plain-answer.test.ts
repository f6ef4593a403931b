import { describe, expect, it } from 'vitest';
import { buildFindingsTask, buildReadyTask } from '../../../shared/domain/tasks/build-task.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { answerPlainly } from './plain-answer.ts';

const task = buildReadyTask({ projectId: 7, mergeRequestIid: 3, headSha: 'a'.repeat(40), pipelineId: 812 });
const answer = (run: Parameters<typeof aRun>[0]) =>
  answerPlainly({ name: 'group/app!3', now: 0, runs: [aRun({ task, ...run })], skipLog: [] });

it('says that the agent has taken a merge request out of draft, and why', () => {
  expect(answer({ state: 'done', result: { what: 'ready' } }).answer).toMatch(
    /^group\/app!3 is ready for review: run \S+ took it out of draft .*, because its pipeline has passed and its criteria are met\.$/,
  );
});

it.each([
  { detail: 'criteria-not-met', why: 'not all acceptance criteria are met by the word that counts' },
  { detail: 'drafted-by-a-person', why: 'a person made it one, and the agent never undoes that' },
  { detail: 'pipeline-not-green', why: 'its pipeline has not passed' },
])('says why a merge request stays a draft: $detail', ({ detail, why }) => {
  const { answer: said, next } = answer({ state: 'superseded', detail });
  expect(said).toContain(`group/app!3 stays a draft: ${why}`);
  expect(next).not.toBe('');
});

it('says while it waits that a run of the ticket is not over', () => {
  expect(answer({ state: 'parked', parkedUntil: 1, parkedReason: 'run-of-ticket' }).answer).toContain(
    'another run works on its ticket',
  );
});

it.each([
  { parkedReason: 'month-budget', why: 'its project has used up the budget of this month', next: 'cost_per_month' },
  { parkedReason: 'deployment-budget', why: 'the deployment has used up its budget', next: 'COST_PER_MONTH' },
  { parkedReason: 'price-unknown', why: 'its model has no price', next: 'Add its model to `MODEL_PRICES`' },
])('says what lets a run begin that waits for a month: $parkedReason', ({ parkedReason, why, next }) => {
  const said = answer({ state: 'parked', parkedUntil: 1, parkedReason });
  expect(said.answer).toContain(why);
  expect(said.next).toContain(next);
});

describe('the round about findings of its own review', () => {
  const about = buildFindingsTask({ projectId: 7, mergeRequestIid: 3, headSha: 'a'.repeat(40) });

  it('is told by what it ended with', () => {
    const said = answer({ task: about, state: 'done', result: { what: 'findings-fixed' } });
    expect(said.answer).toContain('with corrections of what its own review found');
  });

  it('is told why it gave way', () => {
    const { answer: said, next } = answer({ task: about, state: 'superseded', detail: 'person-spoke' });
    expect(said).toMatch(/^group\/app!3 went to people because a person has spoken there, .* \(run /);
    expect(next).toBe('Answer in a thread what the agent should mend.');
  });
});
