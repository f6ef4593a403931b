import { expect, it } from 'vitest';
import type { CriterionAnswer } from './criterion.ts';
import { joinAnswers } from './join-answers.ts';

const answer = (number: number, met: CriterionAnswer['met'], evidence = ''): CriterionAnswer => ({
  number,
  met,
  evidence,
});

it.each<{ name: string; given: CriterionAnswer[]; joined: CriterionAnswer[] }>([
  { name: 'one part alone', given: [answer(2, 'yes', 'a.ts:3')], joined: [answer(2, 'yes', 'a.ts:3')] },
  {
    name: 'parts that agree',
    given: [answer(1, 'yes', 'a.ts:3'), answer(1, 'yes', 'b.ts:9'), answer(1, 'yes', 'a.ts:3')],
    joined: [answer(1, 'yes', 'a.ts:3 b.ts:9')],
  },
  {
    name: 'parts that do not agree',
    given: [answer(1, 'yes', 'a.ts:3'), answer(2, 'no'), answer(1, 'no', 'Not in b.ts.')],
    joined: [answer(1, 'partly', 'a.ts:3 Not in b.ts.'), answer(2, 'no')],
  },
])('$name', ({ given, joined }) => expect(joinAnswers(given)).toEqual(joined));

it('never writes more evidence than one answer may have', () => {
  const long = joinAnswers([answer(1, 'yes', 'word '.repeat(190)), answer(1, 'yes', 'other '.repeat(150))]);
  expect(long[0]?.evidence.length).toBeLessThanOrEqual(1001);
});
