import { expect, it } from 'vitest';

import { MAX_PLAN_LENGTH } from '../runs/plan-event.ts';
import { formatPlan, PlanResult } from './plan-result.ts';

const plan = {
  summary: 'The start page greets by name.',
  steps: ['Take the name from the session.', 'Show it.'],
  files: [{ path: 'src/`greet`.ts', change: 'takes\na name' }],
  risks: ['Names may hold apostrophes.'],
  tests: ['A unit test for an empty name.'],
};

it('is read by people as what, how, where, what could go wrong and how it is shown to work', () => {
  expect(formatPlan(PlanResult.parse(plan))).toMatchInlineSnapshot(`
    "The start page greets by name.

    Steps:

    1. Take the name from the session.
    2. Show it.

    Files:

    - \`src/'greet'.ts\`: takes a name

    Risks:

    - Names may hold apostrophes.

    Tests:

    - A unit test for an empty name."
  `);
});

it('leaves out what has nothing to say', () => {
  expect(formatPlan(PlanResult.parse({ summary: 'Does it.', steps: ['Do it.'] }))).toBe(
    'Does it.\n\nSteps:\n\n1. Do it.',
  );
});

it('is taken whole or not at all, so that no cut plan is approved', () => {
  const steps = Array.from({ length: 20 }, () => 'x'.repeat(400));
  const { error } = PlanResult.safeParse({ ...plan, steps });
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringContaining(`at most ${MAX_PLAN_LENGTH}`)]);
});

it('has a step or a question', () => {
  expect(PlanResult.safeParse({ summary: 'Nothing.' }).success).toBe(false);
  expect(PlanResult.safeParse({ summary: 'Nothing.', question: 'Which page?' }).success).toBe(true);
});
