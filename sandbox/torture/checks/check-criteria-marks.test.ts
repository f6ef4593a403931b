import { expect, it } from 'vitest';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { aTorturedMergeRequest } from '../../../test/builders/torture.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkCriteriaMarks } from './check-criteria-marks.ts';

const HEAD = 'abcdef01'.padEnd(40, '0');
const own = (overrides: object = {}) =>
  aTorturedMergeRequest({ sourceBranch: 'agent/MARK-1', author: { bot: true }, headSha: HEAD, ...overrides });
const delivery = aRun({
  state: 'done',
  task: aCodingTask({ issueKey: 'MARK-1' }),
  result: { what: 'x', mergeRequestIid: 3 },
});
const aReview = (result: object = {}, overrides: Partial<Run> = {}) =>
  aRun({
    runId: 'run-2',
    state: 'done',
    task: aReviewTask({ id: 'review~7~3', headSha: HEAD }),
    result: {
      what: 'reviewed',
      issueKey: 'MARK-1',
      headSha: HEAD,
      criteria: { met: 1, partly: 0, 'not-met': 1, 'not-answered': 0 },
      ...result,
    },
    ...overrides,
  });
const LINE = '**Acceptance criteria marked by the review** of [!3](u) at abcdef01: AC1 met; AC2 not met (No test).';
const say = (text: string) => [{ issueKey: 'MARK-1', commentId: '1', purpose: 'report', runId: 'run-1', text }];

it.each<{ name: string; of?: object; runs?: Run[]; text?: string; description?: string; expected: string[] }>([
  { name: 'marks in both places', expected: [] },
  { name: 'no review yet', runs: [delivery], text: 'Done.', expected: [] },
  {
    name: 'a ticket without criteria',
    runs: [delivery, aReview({ criteria: undefined })],
    text: '',
    description: 'x',
    expected: [],
  },
  {
    name: 'no marks in the record',
    runs: [delivery, aReview({ criteria: undefined, issueKey: undefined })],
    expected: ['loss: review~7~3 has no marks of MARK-1 in its record'],
  },
  {
    name: 'what the agent says in the record',
    runs: [delivery, aReview({ criteria: { met: 2, partly: 0, 'not-met': 0, 'not-answered': 0 } })],
    expected: ['loss: review~7~3 has no marks of MARK-1 in its record'],
  },
  {
    name: 'no marks on the ticket',
    text: '2 met, says the agent.',
    expected: ['loss: MARK-1 does not say how the review of group/app!3 at abcdef01 marks its criteria'],
  },
  {
    name: 'marks of an older head',
    text: LINE.replace('abcdef01', '01234567'),
    expected: ['loss: MARK-1 does not say how the review of group/app!3 at abcdef01 marks its criteria'],
  },
  {
    name: 'what the agent says as a mark',
    text: LINE.replace('AC1 met; AC2 not met (No test)', 'all 2 met'),
    expected: ['loss: MARK-1 does not say how the review of group/app!3 at abcdef01 marks its criteria'],
  },
  {
    name: 'marks of two reviews in one comment',
    text: `${LINE}\n\n${LINE}`,
    expected: ['duplicate: MARK-1 has marks of several reviews in one comment'],
  },
  { name: 'a change whose run has failed', runs: [aReview()], text: '', expected: [] },
  { name: 'a merged one', of: { state: 'merged' }, text: '', expected: [] },
])('$name', ({ of, runs = [delivery, aReview()], text = LINE, description = '## Acceptance criteria', expected }) => {
  const environment = { jira: { issue: () => ({ description }) } };
  const facts: Pick<Facts, 'mergeRequests' | 'reports' | 'runs'> = {
    mergeRequests: [own(of)],
    reports: say(text),
    runs,
  };
  const torture = { environment } as unknown as TortureEnvironment; // only what it looks at
  expect(checkCriteriaMarks(facts, torture).map(({ kind, what }) => `${kind}: ${what}`)).toEqual(expected);
});
