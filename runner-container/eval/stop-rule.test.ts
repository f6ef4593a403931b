import { expect, it } from 'vitest';
import { createStopRule } from './stop-rule.ts';

it.each([
  { name: 'a refused key stops it at once', codes: ['model-unauthorized'], stops: [true] },
  {
    name: 'three tickets in a row without an answer stop it',
    codes: ['model-unavailable', 'agent-silent', 'model-unavailable'],
    stops: [false, false, true],
  },
  {
    name: 'an answer between them begins the count anew',
    codes: ['agent-silent', 'agent-silent', undefined, 'agent-silent', 'agent-silent'],
    stops: [false, false, false, false, false],
  },
  {
    name: 'what a session failed with by itself does not',
    codes: Array(4).fill('agent-timed-out'),
    stops: Array(4).fill(false),
  },
])('$name', ({ codes, stops }) => {
  const isOver = createStopRule();
  expect(codes.map((code: string | undefined) => isOver('gpt-5', code))).toEqual(stops);
});

it('counts each model by itself', () => {
  const isOver = createStopRule();
  const models = ['a', 'b', 'a', 'b', 'a'];
  expect(models.map((model) => isOver(model, 'model-unavailable'))).toEqual([false, false, false, false, true]);
});
