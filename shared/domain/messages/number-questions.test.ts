import { expect, it } from 'vitest';
import { formatNoChanges } from './format-run-report.ts';
import { formatShadowNothing } from './format-shadow-report.ts';
import { numberQuestions } from './number-questions.ts';

it.each([
  { name: 'lines', text: 'Which colour?\nWhich size?', numbered: '1. Which colour?\n2. Which size?' },
  {
    name: 'a list',
    text: 'I need to know:\n\n- Which colour?\n- Which size?',
    numbered: 'I need to know:\n\n1. Which colour?\n2. Which size?',
  },
  { name: 'one line', text: 'Which colour? Which size?', numbered: '1. Which colour?\n2. Which size?' },
])('numbers several questions in $name', ({ text, numbered }) => {
  expect(numberQuestions(text)).toBe(numbered);
});

it.each([
  { name: 'a single question', text: 'Which colour is meant, red or blue?' },
  { name: 'one that follows an explanation', text: 'There are two greetings. Which one is meant?' },
  { name: 'what has numbers', text: '1. Which colour?\n2. Which size?' },
  { name: 'what has numbers in brackets', text: '1) Which colour?\n2) Which size?' },
  { name: 'text with code in it', text: '```\na ? b\nc?\nd?\n```' },
])('leaves $name as it is', ({ text }) => {
  expect(numberQuestions(text)).toBe(text);
});

it('numbers what a ticket is asked, also where no comment is awaited, and in shadow', () => {
  const asked = { summary: '', question: 'Which colour?\nWhich size?' };
  for (const text of [formatNoChanges({ ...asked, askAgain: '' }), formatShadowNothing(asked)])
    expect(text).toContain('1. Which colour?\n2. Which size?');
});
