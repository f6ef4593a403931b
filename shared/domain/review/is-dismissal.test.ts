import { describe, expect, it } from 'vitest';

import { isDismissal } from './is-dismissal.ts';

describe('isDismissal', () => {
  it.each([
    "Won't fix.",
    'wontfix',
    'We will not fix this now.',
    'That is by design, see the ADR.',
    'This is intentional.',
    'False positive: the value is checked above.',
    'False-positive',
    'Acceptable risk for an internal tool',
    'We accept the risk.',
    'That’s not a bug.',
    'Works as intended.',
    'Please ignore.',
    'Thanks!\n\nLeave it as is.',
  ])('is one: %s', (body) => {
    expect(isDismissal(body)).toBe(true);
  });

  it.each([
    'Fixed, thanks.',
    'Is this by design?',
    "This is not by design, I'll change it.",
    'It is not a false positive.',
    "I don't think this is intentional.",
    '> False positive\n\nNo, it is right.',
    'The test is called `by design`.',
    '```\nwontfix\n```',
    'Good catch, I will fix this.',
    'The redesigned page',
    '',
  ])('is none: %s', (body) => {
    expect(isDismissal(body)).toBe(false);
  });
});
