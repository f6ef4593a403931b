import { expect, it } from 'vitest';

import { extractQuickActions } from './extract-quick-actions.ts';
import { findClosingReferences, findMentions, skipsPipeline } from './text-effects.ts';

it.each([
  { name: 'a command in a line of its own', text: 'Done.\n/close', runs: ['close'], rest: 'Done.' },
  { name: 'arguments', text: '/assign @ada @bob\n/label ~bug', runs: ['assign @ada @bob', 'label ~bug'], rest: '' },
  { name: 'upper case', text: '/MERGE', runs: ['merge'], rest: '' },
  { name: 'an unknown command', text: '/copilot add a test', runs: [], rest: '/copilot add a test' },
  { name: 'a slash inside a line', text: 'see /close', runs: [], rest: 'see /close' },
  { name: 'a longer word', text: '/closed', runs: [], rest: '/closed' },
  { name: 'fenced code', text: '```\n/close\n```', runs: [], rest: '```\n/close\n```' },
  { name: 'a fence that is never closed', text: '~~~\n/close', runs: [], rest: '~~~\n/close' },
  { name: 'behind a fence', text: '```\na\n```\n/close', runs: ['close'], rest: '```\na\n```' },
  { name: 'a quote block', text: '>>>\n/close\n>>>', runs: [], rest: '>>>\n/close\n>>>' },
  { name: 'an HTML block', text: '<div>\n/close\n</div>', runs: [], rest: '<div>\n/close\n</div>' },
  { name: 'an HTML comment', text: '<!--\n/close\n-->', runs: ['close'], rest: '<!--\n-->' },
])('quick actions: $name', ({ text, runs, rest }) => {
  const { actions, rest: left } = extractQuickActions(text);
  expect(actions.map(({ command, argument }) => `${command} ${argument}`.trim())).toEqual(runs);
  expect(left).toBe(rest);
});

it.each([
  { text: 'Ping @all and @ada.', names: ['all', 'ada'] },
  { text: '@group/team, look', names: ['group/team'] },
  { text: 'mail a@example.com, `@all`, \\@all, ``@all``', names: [] },
  { text: '```\n@all\n```\n<!-- @all -->', names: [] },
])('mentions in $text', ({ text, names }) => {
  expect(findMentions(text)).toEqual(names);
});

it.each([
  { text: 'Closes #4', closes: ['#4'] },
  { text: 'fixes #4, #5 and group/app#6', closes: ['#4', '#5', 'group/app#6'] },
  { text: 'fixes [issue:4], [work_item:group/app/5]', closes: ['[issue:4]', '[work_item:group/app/5]'] },
  { text: 'Resolved: PROJ-12', closes: ['PROJ-12'] },
  { text: 'Implements https://gitlab.test/a/b/-/issues/7', closes: ['https://gitlab.test/a/b/-/issues/7'] },
  { text: 'See #4. This closes the door.', closes: [] },
  { text: 'The word `closes #4`\n\n```\nfixes #5\n```', closes: ['#4', '#5'] },
])('closing references in $text', ({ text, closes }) => {
  expect(findClosingReferences(text)).toEqual(closes);
});

it.each([
  ['Add it [skip ci]', true],
  ['Add it\n\n[CI-SKIP]', true],
  ['Skip ci', false],
])('%j skips the pipeline: %s', (message, skips) => {
  expect(skipsPipeline(message)).toBe(skips);
});
