import { expect, it } from 'vitest';

import { REPAIR_HEADING } from '../../shared/domain/prompts/repair-prompt.ts';
import { chooseStep, findScenario } from './choose-step.ts';
import { ChatRequest } from './conversation.ts';
import { Scenario } from './scenario.ts';

const aScenario = (scenario: object) =>
  Scenario.parse({ name: 'a', steps: [{ say: 'one' }, { say: 'two' }], ...scenario });

function aRequest(answers: number, user = 'Issue: PROJ-12', tools: string[] = []) {
  const turns = Array.from({ length: answers }, (_, index) => [
    { role: 'assistant', content: null },
    { role: 'tool', content: [{ type: 'text', text: `result ${index + 1}` }] },
  ]);
  return ChatRequest.parse({
    model: 'm',
    messages: [
      { role: 'system', content: '* Current working directory: /w/tree\n' },
      { role: 'user', content: user },
      ...turns.flat(),
    ],
    tools: tools.map((name) => ({ type: 'function', function: { name } })),
  });
}

it.each([
  { answers: 0, afterwards: 'stop', step: { say: 'one' } },
  { answers: 1, afterwards: 'stop', step: { say: 'two' } },
  { answers: 2, afterwards: 'stop', step: { say: 'I have nothing more to do.' } },
  { answers: 2, afterwards: 'repeat', step: { say: 'one' } },
  { answers: 5, afterwards: 'repeat', step: { say: 'two' } },
])('after $answers answers it plays $step ($afterwards)', ({ answers, afterwards, step }) => {
  expect(chooseStep(aScenario({ afterwards }), aRequest(answers))).toEqual(step);
});

it('fills in what the conversation says', () => {
  const scenario = aScenario({
    capture: { issue: 'Issue: (\\S+)' },
    steps: [
      {
        call: { tool: 'create', arguments: { path: '{{workTree}}/{{issue}}.md', lines: ['{{lastToolResult|json}}'] } },
      },
    ],
    afterwards: 'repeat',
  });

  expect(chooseStep(scenario, aRequest(2))).toEqual({
    call: { tool: 'create', arguments: { path: '/w/tree/PROJ-12.md', lines: ['result 2'] } },
  });
});

it.each([
  { repairs: 0, answers: 1, step: { say: 'two' } },
  { repairs: 1, answers: 0, step: { say: 'mended' } },
  { repairs: 1, answers: 1, step: { say: 'handed in' } },
  { repairs: 2, answers: 0, step: { say: 'I have nothing more to do.' } },
])(
  'after $answers answers since it was asked $repairs times to repair, it plays $step',
  ({ repairs, answers, step }) => {
    const scenario = aScenario({ repairs: [[{ say: 'mended' }, { say: 'handed in' }]] });
    const first = aRequest(repairs === 0 ? answers : 2);
    const later = Array.from({ length: repairs }, () => ({ role: 'user', content: `<now/>${REPAIR_HEADING}` }));
    const since = repairs === 0 ? [] : aRequest(answers).messages.slice(2);

    expect(chooseStep(scenario, { ...first, messages: [...first.messages, ...later, ...since] })).toEqual(step);
  },
);

it('does not let a typo through', () => {
  expect(() => chooseStep(aScenario({ steps: [{ say: '{{worktree}}' }] }), aRequest(0))).toThrow('{{worktree}}');
});

it.each([
  { when: ['PROJ-12'], whenOffered: undefined, fits: true },
  { when: ['PROJ-12', 'PROJ-13'], whenOffered: undefined, fits: false },
  { when: [], whenOffered: 'submit_result', fits: true },
  { when: [], whenOffered: 'submit_review', fits: false },
])('a scenario for $when and $whenOffered: $fits', ({ fits, ...conditions }) => {
  const scenario = aScenario(JSON.parse(JSON.stringify(conditions)));

  expect(findScenario([scenario], aRequest(0, 'Issue: PROJ-12', ['submit_result']))).toBe(fits ? scenario : undefined);
});
