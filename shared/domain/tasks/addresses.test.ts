import { expect, it } from 'vitest';

import { mentionWordsOf, withoutAddress } from './addresses.ts';

const addressee = { self: { accountId: '712020:agent', displayName: 'cmap' }, words: mentionWordsOf('cmap-team') };

it('is addressed by /copilot and by the name of the agent', () => {
  expect(mentionWordsOf('cmap')).toEqual(['/copilot', '@cmap']);
});

it.each([
  { line: '/copilot go', rest: 'go' },
  { line: '/COPILOT, go', rest: 'go' },
  { line: '@cmap-team: go', rest: 'go' },
  { line: '@cmap go', rest: 'go' },
  { line: '@712020:agent go', rest: 'go' },
  { line: 'go', rest: 'go' },
  { line: '/copilotx go', rest: '/copilotx go' },
  { line: '@cmapper go', rest: '@cmapper go' },
])('takes the name off $line', ({ line, rest }) => {
  expect(withoutAddress(line, addressee)).toBe(rest);
});
